import { afterAll, describe, expect, it, vi } from 'vitest';
import { readCheckpoint } from '../../src/interchange/index.js';
import { temporaryFolder } from './command.js';
import { expectLongValuesCut, expectManyKeysCounted } from './large.js';
import { sealed } from './sealed.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

describe('of a checkpoint with large metadata lanewise inspect shows', () => {
  it('the beginning of each long value, and how long it is', () => expectLongValuesCut(folder, 200_000));
  it('the first thousand keys, and how many there are else', () => expectManyKeysCounted(folder, 20_000));
});

describe('a header of many keys', () => {
  const many = (keys: number) =>
    sealed([['lanewise', '1'], ...Array.from({ length: keys }, (_, i) => [`key${i}`, 'v'] as const)]);

  it('is parsed once, not key by key', () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const calls = [10, 3000].map((keys) => {
        parse.mockClear();
        expect(readCheckpoint(many(keys)).metadata.size).toBe(keys + 2);
        return parse.mock.calls.length;
      });
      expect(calls[1]).toBe(calls[0]);
    } finally {
      parse.mockRestore();
    }
  });
});
