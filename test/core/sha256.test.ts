import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { Sha256 } from '../../src/core/sha256.js';

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

test('the examples of FIPS 180-4', () => {
  const hash = (text: string) => new Sha256().update(ascii(text)).hex();
  expect(hash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hash('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

test('as another implementation has it, of every length around the blocks, in one piece or two', () => {
  for (let length = 0; length <= 260; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => Math.imul(i + length, 2654435761) >>> 24);
    const expected = bytesToHex(sha256(bytes));
    expect(new Sha256().update(bytes).hex()).toBe(expected);
    const cut = (length * 7) % (length + 1);
    expect(new Sha256().update(bytes.subarray(0, cut)).update(bytes.subarray(cut)).hex()).toBe(expected);
  }
});
