import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../src/core/base64.js';
import { decodeUtf8, encodeUtf8 } from '../../src/core/utf8.js';
import { entropy } from '../../src/random/entropy.js';
import { character } from './properties.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const texts = fc.oneof(
  fc.string({ unit: character, maxLength: 50 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

test('UTF-8 of any text is that of TextEncoder', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
    }),
  );
  const long = '犬😀a'.repeat(5000);
  expect(decodeUtf8(encodeUtf8(long))).toBe(long);
  // Wherever a block of the decoder ends.
  for (let ascii = 4085; ascii < 4100; ascii++)
    for (const end of ['', 'é', '犬', '😀', '😀'.repeat(3000)]) {
      const text = `${'a'.repeat(ascii)}${end}b${'a'.repeat(ascii)}${end}`;
      expect(decodeUtf8(encodeUtf8(text)) === text, `${ascii} ${end.length}`).toBe(true);
    }
});

/** Where a strict decoder ends: the longest beginning that it takes and that ends a character. */
function firstWrong(bytes: Uint8Array): number {
  let length = 0;
  for (let end = 1; end <= bytes.length; end++)
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end));
      length = end;
    } catch {}
  return length;
}

test('any bytes are decoded, or refused at the place, as by TextDecoder', () => {
  const telling = fc.constantFrom(
    0x61,
    0x7f,
    0x80,
    0xbf,
    0xc1,
    0xc2,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
    0x9f,
    0xa0,
    0x8f,
    0x90,
  );
  const bytes = fc.oneof(
    fc.array(telling, { maxLength: 8 }).map((values) => Uint8Array.from(values)),
    texts.map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(bytes, (value) => {
      let expected: string | number;
      try {
        expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
      } catch {
        expected = firstWrong(value);
      }
      expect(decodeUtf8(value)).toBe(expected);
    }),
    { numRuns: 3000 },
  );
});

test.each(['with atob', 'without'])('base64 there and back, %s', (how) => {
  if (how === 'without') vi.stubGlobal('atob', undefined);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = encodeBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(text)).toEqual(Uint8Array.from(bytes));
    }),
  );
  for (const text of ['=', 'a', 'abc=d', 'ab=c', 'ab!=', 'é===']) expect(() => decodeBase64(text)).toThrow();
});

test('seeds differ without crypto too', () => {
  vi.stubGlobal('crypto', undefined);
  expect(new Set([...entropy(100)]).size).toBeGreaterThan(95);
});
