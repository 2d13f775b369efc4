import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);
const HINT = 'npm ci --prefix bench/peers';

/** Why a package of bench/peers cannot be had; undefined where it can. */
export function missing(name) {
  try {
    resolve(name);
  } catch {
    return `${name} is not installed (${HINT})`;
  }
}

/** A package of bench/peers. */
export async function peer(name) {
  const reason = missing(name);
  if (reason !== undefined) throw new Error(reason);
  return import(name);
}
