export function sizes(paths: readonly string[]): { raw: number; gzip: number; brotli: number };
export function withImports(path: string): string[];
