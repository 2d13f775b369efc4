import type { Result } from './kit.mjs';

export function visit(
  name: 'chromium' | 'firefox',
  page: { folder: string; headers?: Record<string, string>; path?: string },
): Promise<Result & { said: string[]; version: string }>;
export function closeBrowsers(): Promise<void>;
export const pageScript: string;
export function pageOf(script: string): string;
export const workerPageScript: string;
export const workerScript: string;
