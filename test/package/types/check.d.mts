interface Way {
  name: string;
  include: string[];
  options: object;
}
export const files: Record<string, string>;
export function settings(options?: { node10?: boolean; require?: boolean; echarts?: boolean }): Way[];
export function compile(folder: string, tsc: string, ways: Way[], more?: object): Promise<string>;
