import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/makemore/vocabulary.js';
import { character } from '../platform/properties.js';

const latin = new Vocabulary(['emma', 'ava']);

/** What the boundary is printed as, in the order in which they are tried. */
const BOUNDARIES = ['.', '␃', '⏎', '·', '∎', '¶', '\uE000', '\uE001'];

/** Names of any code points, the printed forms of the boundary often among them; at least one character in all. */
const either = fc.oneof(fc.constantFrom(...BOUNDARIES), character);
const someNames = fc
  .array(fc.string({ unit: either }), { minLength: 1 })
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

  it('prints the boundary as a character that no name holds, and takes the dot as any other', () => {
    const dotted = new Vocabulary(['st.john', "o'b"]);
    expect(dotted.tokens).toEqual(['␃', "'", '.', 'b', 'h', 'j', 'n', 'o', 's', 't']);
    expect(dotted.encode('.b')).toEqual([2, 3]);
    expect(dotted.decode([2, 3, 0])).toBe('.b␃');
    expect(() => dotted.encode('b␃')).toThrow("expected a name without '␃'");
    expect(() => latin.encode('a␃')).toThrow("expected characters out of its 4, got '␃'");
    expect(new Vocabulary(['.␃·']).boundary).toBe('⏎');
    expect(new Vocabulary(['¶∎·⏎␃.']).boundary).toBe('\uE000');
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
        // One boundary a name, and none within: names printed behind each other come apart again.
        const { boundary } = vocabulary;
        const all = names.flatMap((name) => [...vocabulary.encode(name), 0]);
        expect(vocabulary.decode(all).split(boundary).slice(0, -1)).toEqual(names);
        expect(boundary).toBe(BOUNDARIES.find((each) => !names.join('').includes(each)) ?? '\uE002');
        expect(new Vocabulary(vocabulary.tokens.slice(1)).tokens).toEqual(vocabulary.tokens);
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

  it('names of all characters that there are', () => {
    const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
    // The last of a pair of surrogates behind the first would be another character.
    expect(() => new Vocabulary(all)).toThrow('Vocabulary: expected names that leave a character');
    expect(new Vocabulary(all.slice(0, -1)).boundary).toBe('\u{10FFFF}');
  });

  it('a name to encode that holds the boundary', () => {
    const error = new RangeError(
      "Vocabulary: expected a name without '.', the token for where names begin and end, got 'a.v'",
    );
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
