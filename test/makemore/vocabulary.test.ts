import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/makemore/vocabulary.js';

const latin = new Vocabulary(['emma', 'ava']);

/** Names as strings of whole code points without the boundary; at least one character in all. */
const someNames = fc
  .array(
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('.', '')),
    { minLength: 1 },
  )
  .filter((names) => names.join('') !== '');

describe('Vocabulary', () => {
  it('has the boundary first, then the distinct characters in order', () => {
    expect(latin.tokens).toEqual(['.', 'a', 'e', 'm', 'v']);
    expect(latin.size).toBe(5);
  });

  it('numbers the letters as the lecture does', () => {
    const letters = new Vocabulary(['zyxwvutsrqponm', 'abcdefghijkl']);
    expect(letters.size).toBe(27);
    expect(letters.encode('emma')).toEqual([5, 13, 13, 1]);
    expect(letters.decode([5, 13, 13, 1, 0])).toBe('emma.');
  });

  it('sorts characters below the full stop after it all the same', () => {
    expect(new Vocabulary(["a' -"]).tokens).toEqual(['.', ' ', "'", '-', 'a']);
  });

  it('takes code points, not UTF-16 units, and sorts by them', () => {
    const vocabulary = new Vocabulary(['🦊\uFF21', 'Ωж']);
    expect(vocabulary.tokens).toEqual(['.', 'Ω', 'ж', '\uFF21', '🦊']);
    expect(vocabulary.encode('🦊ж🦊')).toEqual([4, 2, 4]);
    expect(vocabulary.decode([4, 1])).toBe('🦊Ω');
  });

  it('is made again from its tokens', () => {
    expect(new Vocabulary(latin.tokens.slice(1)).tokens).toEqual(latin.tokens);
  });

  it('decodes what it encodes, one token a character, none of them 0', () => {
    fc.assert(
      fc.property(someNames, (names) => {
        const vocabulary = new Vocabulary(names);
        expect(vocabulary.size).toBe(new Set([...names.join('')]).size + 1);
        for (const name of names) {
          const tokens = vocabulary.encode(name);
          expect(tokens).toHaveLength([...name].length);
          expect(tokens).not.toContain(0);
          expect(vocabulary.decode(tokens)).toBe(name);
        }
      }),
    );
  });
});

describe('Vocabulary refuses', () => {
  it.each([
    ['no names', []],
    ['only empty names', ['', '']],
  ])('%s', (_, names) => {
    expect(() => new Vocabulary(names)).toThrow(
      new RangeError('Vocabulary: expected names with at least one character, got none'),
    );
  });

  it('names that hold the boundary', () => {
    const error = new RangeError(
      "Vocabulary: expected a name without '.', the token for where names begin and end, got 'a.v'",
    );
    expect(() => new Vocabulary(['emma', 'a.v'])).toThrow(error);
    expect(() => latin.encode('a.v')).toThrow(error);
  });

  it.each([
    ['é', 'amé'],
    ['🦊', 'a🦊'],
  ])('the unknown character %s', (character, name) => {
    expect(() => latin.encode(name)).toThrow(
      new RangeError(`Vocabulary: expected characters out of its 4, got '${character}' in '${name}'`),
    );
  });

  it.each([5, -1, 1.5, Number.NaN])('the token %s', (token) => {
    expect(() => latin.decode([1, token])).toThrow(
      new RangeError(`Vocabulary: expected tokens 0 to 4, got ${token}`),
    );
  });
});
