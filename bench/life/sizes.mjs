import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Bytes as they are and as a server would send them: gzip 9, brotli 11. Files are compressed each by itself. */
export function sizes(paths) {
  const files = paths.map((path) => readFileSync(path));
  const total = (compress) => files.reduce((sum, bytes) => sum + compress(bytes).length, 0);
  return {
    raw: total((bytes) => bytes),
    gzip: total((bytes) => gzipSync(bytes, { level: 9 })),
    brotli: total((bytes) =>
      brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
      }),
    ),
  };
}

/** A built module and all that it imports statically, itself first. */
export function withImports(path, found = new Set()) {
  if (found.has(path)) return [...found];
  found.add(path);
  const text = readFileSync(path, 'utf8');
  for (const [, specifier] of text.matchAll(/^(?:import|export)\b[^'"]*?["'](\.{1,2}\/[^"']+)["']/gm))
    withImports(join(dirname(path), specifier), found);
  return [...found];
}
