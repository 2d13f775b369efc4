import { expect, test } from 'vitest';
import { isFloat32Array, isInt32Array, isUint8Array } from '../../src/core/kind.js';

test('the kind of an array of an iframe is known', () => {
  const frame = document.body.appendChild(document.createElement('iframe'));
  const other = frame.contentWindow as unknown as typeof globalThis;
  const values = [new other.Float32Array(1), new other.Int32Array(1), new other.Uint8Array(1)];
  expect(values.map((value) => value instanceof Object)).toEqual([false, false, false]);
  expect(values.map(isFloat32Array)).toEqual([true, false, false]);
  expect(values.map(isInt32Array)).toEqual([false, true, false]);
  expect(values.map(isUint8Array)).toEqual([false, false, true]);
  frame.remove();
});
