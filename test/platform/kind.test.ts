import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { came, isFloat32Array, isInt32Array, isUint8Array } from '../../src/core/kind.js';

const classes = ['Float32Array', 'Float64Array', 'Int32Array', 'Uint32Array', 'Uint8Array', 'BigInt64Array'];

test.each(classes)('%s of this realm, of another, and of a class that extends it', (name) => {
  const make = `new (class extends ${name} {})(2)`;
  for (const value of [
    runInNewContext(`new ${name}(2)`),
    runInNewContext(make),
    // biome-ignore lint/security/noGlobalEval: the same text in this realm.
    ...['new '.concat(name, '(2)'), make].map((text) => globalThis.eval(text)),
  ]) {
    expect(isFloat32Array(value)).toBe(name === 'Float32Array');
    expect(isInt32Array(value)).toBe(name === 'Int32Array');
    expect(isUint8Array(value)).toBe(name === 'Uint8Array');
    expect(came(value)).toBe(`${name === 'Int32Array' ? 'an' : 'a'} ${name}`);
  }
});

test('what only looks like one is none', () => {
  const forged = { [Symbol.toStringTag]: 'Float32Array', length: 1, 0: 1 };
  const inherited = Object.create(Float32Array.prototype);
  for (const value of [forged, inherited, [1], new ArrayBuffer(4), new DataView(new ArrayBuffer(4))])
    expect([isFloat32Array(value), isInt32Array(value), isUint8Array(value)]).toEqual([false, false, false]);
  for (const value of [undefined, null, 1, 'Float32Array', Float32Array])
    expect(isFloat32Array(value)).toBe(false);
  expect(isUint8Array(Buffer.from([1]))).toBe(true);
  for (const value of [inherited, new Proxy(new Float32Array(1), {})])
    expect(came(value)).toBe('a proxy of a typed array (Float32Array), or what looks like one');
});

test('what came is called by its class, of whatever realm', () => {
  expect(
    ['[]', 'new ArrayBuffer(1)', 'new Map()', '({})'].map((text) => came(runInNewContext(text))),
  ).toEqual(['an array', 'an ArrayBuffer', 'a Map', 'an Object']);
  expect([undefined, null, 1, 2n, 'a'].map(came)).toEqual(['undefined', 'null', '1', '2n', "'a'"]);
  expect(came(Object.create(null))).toBe('an Object');
});
