import { expect, test } from 'vitest';
import { notCheckpoint } from '../../src/page/session/file-kind.js';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a file that is called a checkpoint and is none is told by what it begins with', () => {
  const expected = 'bad.safetensors: not a checkpoint: expected the length of a header and then ‘{’; it';
  const told = (content: Uint8Array) => notCheckpoint('bad.safetensors', content);
  expect(told(bytes('<!doctype html>\n<title>404'))).toBe(`${expected} begins with ‘<!doctype html>’`);
  expect(told(bytes('emma\nolivia\n'))).toBe(`${expected} begins with ‘emma’`);
  expect(told(Uint8Array.of(0x50, 0x4b, 3, 4))).toBe(`${expected} begins with the bytes 50 4b 03 04`);
  expect(told(bytes('\u001b[2J\u202e'))).toBe(`${expected} begins with the bytes 1b 5b 32 4a e2 80 ae`);
  expect(told(new Uint8Array(0))).toBe(`${expected} is empty`);
  expect(notCheckpoint('BAD.SafeTensors', bytes('x'))).toMatch(/not a checkpoint/);
});

test('a list of names, and what may be a checkpoint, are not refused here', () => {
  expect(notCheckpoint('names.txt', bytes('emma\n'))).toBeUndefined();
  expect(notCheckpoint('a.safetensors', Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d))).toBeUndefined();
});
