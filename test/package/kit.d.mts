export interface Result {
  backend: string;
  reason: string;
  loss: number;
  fingerprint: string;
}
export const root: string;
export class Unavailable extends Error {}
export function clean(): void;
export function packed(): string;
export function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string>; minutes?: number },
): Promise<string>;
export const program: string;
export function fileOf(name: string, dist?: string): string;
export function naming(text: string, dist?: string): string;
export const programCjs: string;
export function reported(text: string): Result;
export function folder(
  files: Record<string, string>,
  options?: { install?: readonly string[]; settings?: object },
): Promise<string>;
