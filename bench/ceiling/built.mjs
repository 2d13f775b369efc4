import { readFileSync } from 'node:fs';

/** The bytes of ceiling.ts, as the build has compiled them. */
export function builtCeiling() {
  try {
    return readFileSync(new URL('../../build/ceiling.wasm', import.meta.url));
  } catch {
    throw new Error('bench: build/ceiling.wasm is not there: npm run build makes it');
  }
}
