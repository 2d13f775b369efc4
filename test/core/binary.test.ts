import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBinary } from '../../.ci/embed.mjs';
import { decodeBinary } from '../../src/core/binary.js';

test('any bytes come back, through text that nothing on the way has to escape', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = encodeBinary(bytes);
      expect(text).toMatch(/^[ -~]*$/);
      expect(text).not.toMatch(/["$<\\`]/);
      expect(decodeBinary(text)).toEqual(bytes);
    }),
  );
});

test('every byte comes back, and nothing of nothing', () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(decodeBinary(encodeBinary(all))).toEqual(all);
  expect(decodeBinary(encodeBinary(new Uint8Array(0)))).toEqual(new Uint8Array(0));
});
