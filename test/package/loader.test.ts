import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lean } from '../../.ci/loader.mjs';

const code = readFileSync('node_modules/@assemblyscript/loader/index.js', 'utf8');

test('of the loader the bundle has what instantiates', () => {
  expect(lean(code)).toBe(`function isModule(src) {
  return src instanceof WebAssembly.Module;
}

export async function instantiate(source, imports = {}) {
  const module = isModule(source) ? source : await WebAssembly.compile(source);
  const instance = await WebAssembly.instantiate(module, imports);
  return { module, instance };
}

/** Synchronously instantiates an AssemblyScript module from a WebAssembly.Module or binary buffer. */
export function instantiateSync(source, imports = {}) {
  const module = isModule(source) ? source : new WebAssembly.Module(source);
  const instance = new WebAssembly.Instance(module, imports);
  return { module, instance };
}

`);
});

test('another loader is refused', () => {
  expect(() => lean(`${code} `)).toThrow(/^lean-loader: expected @assemblyscript\/loader 0\.28\.20, /);
});
