import { existsSync, readFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contexts, type Examples, makeDataset, splitNames } from '../../src/makemore/dataset.js';
import { builtInNames, NamesError, parseNames } from '../../src/makemore/names.js';
import { Vocabulary } from '../../src/makemore/vocabulary.js';
import { PythonRandom } from '../../src/random/python.js';
import { character } from '../platform/properties.js';

const LECTURE = process.env.LANEWISE_NAMES ?? '../shared/data/names.txt';

const listOf = (names: string[]) => parseNames(new TextEncoder().encode(names.join('\n')), 'list.txt');

/** The rows of x as arrays. */
const rows = ({ x, count }: Examples, contextLength: number) =>
  Array.from({ length: count }, (_, row) => [...x.subarray(row * contextLength, (row + 1) * contextLength)]);

/** Shape and SHA-256 of the values, as little-endian int32. */
const digest = ({ x, y, count }: Examples) => ({
  count,
  lengths: [x.length, y.length],
  x: bytesToHex(sha256(new Uint8Array(x.buffer))),
  y: bytesToHex(sha256(new Uint8Array(y.buffer))),
});

describe('contexts', () => {
  it('are those of the lecture', () => {
    const vocabulary = new Vocabulary(['abcdefghijklmnopqrstuvwxyz']);
    const examples = contexts(['emma', 'ava'], vocabulary, 3);
    const printed = rows(examples, 3).map(
      (row, i) => `${vocabulary.decode(row)} ---> ${vocabulary.decode([examples.y[i]])}`,
    );
    expect(printed).toEqual([
      '... ---> e',
      '..e ---> m',
      '.em ---> m',
      'emm ---> a',
      'mma ---> .',
      '... ---> a',
      '..a ---> v',
      '.av ---> a',
      'ava ---> .',
    ]);
  });

  it('hold one character where that is the length', () => {
    const examples = contexts(['ab', 'b'], new Vocabulary(['ab']), 1);
    expect(examples).toEqual({
      x: Int32Array.of(0, 1, 2, 0, 2),
      y: Int32Array.of(1, 2, 0, 2, 0),
      count: 5,
    });
  });

  it('of no names are none', () => {
    expect(contexts([], new Vocabulary(['a']), 3)).toEqual({
      x: new Int32Array(0),
      y: new Int32Array(0),
      count: 0,
    });
  });

  it('start empty with each name, and shift by one with each character', () => {
    const name = fc.string({
      unit: fc.oneof(character, fc.constantFrom('.', '␃')),
      maxLength: 20,
    });
    const names = fc.array(name, { minLength: 1 }).filter((all) => all.join('') !== '');
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 9 }), (names, contextLength) => {
        const vocabulary = new Vocabulary(names);
        const examples = contexts(names, vocabulary, contextLength);
        expect(examples.count).toBe(names.reduce((sum, name) => sum + [...name].length + 1, 0));
        expect(examples.x).toHaveLength(examples.count * contextLength);
        expect(examples.y).toHaveLength(examples.count);
        expect(vocabulary.decode(examples.y)).toBe(names.map((name) => name + vocabulary.boundary).join(''));
        rows(examples, contextLength).forEach((row, i, all) => {
          const first = i === 0 || examples.y[i - 1] === 0;
          expect(row).toEqual(
            first ? Array(contextLength).fill(0) : [...all[i - 1].slice(1), examples.y[i - 1]],
          );
        });
      }),
    );
  });

  it.each([0, -3, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('refuse the length %s', (contextLength) => {
    const error = new RangeError(
      `contexts: expected a context length that is an integer of 1 or more, got ${contextLength}`,
    );
    expect(() => contexts(['a'], new Vocabulary(['a']), contextLength)).toThrow(error);
    const list = listOf(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(() => makeDataset(list, { contextLength })).toThrow(error);
  });

  it('refuse characters that the vocabulary lacks', () => {
    expect(() => contexts(['a', 'ab'], new Vocabulary(['a']), 3)).toThrow(
      new RangeError("Vocabulary: expected characters out of its 1, got 'b' in 'ab'"),
    );
  });
});

describe('splitNames', () => {
  it.each([
    [6, 4, 1, 1],
    [9, 7, 1, 1],
    [10, 8, 1, 1],
    [11, 8, 1, 2],
    [49, 39, 5, 5],
    [32033, 25626, 3203, 3204],
    [32178, 25742, 3218, 3218],
  ])('cuts %i names into %i, %i and %i', (n, train, val, test) => {
    const names = Array.from({ length: n }, (_, i) => `name${i}`);
    const splits = splitNames(names);
    expect([splits.train.length, splits.val.length, splits.test.length]).toEqual([train, val, test]);
    expect([...splits.train, ...splits.val, ...splits.test]).toEqual(names);
  });

  it('leaves no split empty for any number of names that it takes', () => {
    for (let n = 6; n < 500; n++) {
      const { train, val, test } = splitNames(Array(n).fill('a'));
      expect(Math.min(train.length, val.length, test.length)).toBeGreaterThan(0);
    }
  });

  it.each([0, 1, 5])('refuses %i names', (n) => {
    const text = `expected at least 6 names, so that none of train, val and test is empty, got ${n}`;
    expect(() => splitNames(Array(n).fill('a'))).toThrow(new NamesError(`splitNames: ${text}`));
    expect(() => splitNames(Array(n).fill('a'), 'list.txt')).toThrow(new NamesError(`list.txt: ${text}`));
  });
});

describe('makeDataset', () => {
  const names = ['ada', 'bo', 'cy', 'di', 'ed', 'flo', 'gus', 'hal', 'ida', 'jo'];

  it('leaves the list as it was and takes every name once', () => {
    const list = listOf(names);
    const dataset = makeDataset(list);
    expect(list.names).toEqual(names);
    expect(dataset.words).toEqual({ train: 8, val: 1, test: 1 });
    const text = [dataset.train, dataset.val, dataset.test]
      .map(({ y }) => dataset.vocabulary.decode(y))
      .join('');
    expect(text.split('.').slice(0, -1).sort()).toEqual(names);
  });

  it('shuffles by the seed, before it splits', () => {
    const order = (shuffleSeed: number) => {
      const { vocabulary, train, val, test } = makeDataset(listOf(names), { shuffleSeed });
      return [train, val, test].map(({ y }) => vocabulary.decode(y));
    };
    // Python: random.seed(7); random.shuffle(names)
    expect(order(7)).toEqual(['ida.di.bo.ed.hal.ada.jo.gus.', 'cy.', 'flo.']);
    expect(order(42)).not.toEqual(order(7));
  });

  it('refuses a seed that is not an integer', () => {
    expect(() => makeDataset(listOf(names), { shuffleSeed: 4.2 })).toThrow(
      new RangeError('PythonRandom.seed: expected a safe integer or a bigint, got 4.2'),
    );
  });

  it('takes its context length', () => {
    const dataset = makeDataset(listOf(names), { contextLength: 5 });
    expect(dataset.contextLength).toBe(5);
    for (const { x, y, count } of [dataset.train, dataset.val, dataset.test]) {
      expect([x.length, y.length]).toEqual([count * 5, count]);
    }
  });

  it('refuses a list too short to split, naming it', () => {
    expect(() => makeDataset(listOf(['a', 'b', 'c']))).toThrow(
      new NamesError(
        'list.txt: expected at least 6 names, so that none of train, val and test is empty, got 3',
      ),
    );
  });
});

// The SHA-256s are of build_dataset's X and Y (int32) in Python, after random.seed(42); random.shuffle(words).

describe('the built-in names', () => {
  it('shuffle as in Python', async () => {
    const { names } = await builtInNames();
    new PythonRandom(42).shuffle(names);
    expect(names.slice(0, 5)).toEqual(['myliah', 'kadan', 'sloane', 'kamarii', 'naleia']);
    expect(names.slice(-5)).toEqual(['rasha', 'mahamed', 'nathalie', 'sammie', 'geovany']);
  });

  it('make the data set that Python makes of them', async () => {
    const dataset = makeDataset(await builtInNames());
    expect(dataset.vocabulary.tokens.join('')).toBe('.abcdefghijklmnopqrstuvwxyz');
    expect(dataset.contextLength).toBe(3);
    expect(dataset.words).toEqual({ train: 25742, val: 3218, test: 3218 });
    expect(digest(dataset.train)).toEqual({
      count: 183430,
      lengths: [3 * 183430, 183430],
      x: 'e0ab4c43b6fe28d0705e0f3e2a328f1ab9a0d57f07bd9fcc296250768767e33e',
      y: '111b606ad69ecac3af48890d0d4e451c51ff67fe9633027a615f3eb6146ac940',
    });
    expect(digest(dataset.val)).toEqual({
      count: 22953,
      lengths: [3 * 22953, 22953],
      x: '2e5bc978a451dc26d36ea1f9fb87b6ce245cee6014335258da440ee121d3dbd2',
      y: '3f6dd941ab216e29da46a3bb2f7492c6441d590eccd6c984f07af681f06766d3',
    });
    expect(digest(dataset.test)).toEqual({
      count: 22818,
      lengths: [3 * 22818, 22818],
      x: 'f5dacaf4e3e528e2d32553967d29aafc601823b50a2b5ddcc39d996e682db4ea',
      y: '80c774623487f4bc4027566c0041952754f03f682dd01d09e6d38c4ed2e149f6',
    });
  });
});

describe("the lecture's names", () => {
  it('make the data set that Python makes of them', (test) => {
    if (!existsSync(LECTURE)) test.skip(`${LECTURE} is absent; LANEWISE_NAMES names another place`);
    const dataset = makeDataset(parseNames(readFileSync(LECTURE), LECTURE));
    expect(dataset.vocabulary.size).toBe(27);
    expect(dataset.words).toEqual({ train: 25626, val: 3203, test: 3204 });
    expect(digest(dataset.train)).toEqual({
      count: 182625,
      lengths: [3 * 182625, 182625],
      x: 'e50316fb5af39293edf70db3e591e6a5934a54642f67c2248fb85b566a887cac',
      y: '1d975ec2fe022b79ee6594aa449cb0ac90e84a19d3cc1f73d37672761981ff79',
    });
    expect(digest(dataset.val)).toEqual({
      count: 22655,
      lengths: [3 * 22655, 22655],
      x: '9bf5a2a93678670bbee44bd1c45ce80afc267e2e9760ba19859ddac62e562cff',
      y: '7f8aec95d5ad975d937bf039aa62ed291b68a89197596243c585669e7a5f8912',
    });
    expect(digest(dataset.test)).toEqual({
      count: 22866,
      lengths: [3 * 22866, 22866],
      x: '66343ea2643795fb177896fde5814918a885e7a822919d38a20aef68ba357467',
      y: 'bfe0d40d0a8b4c4e6533e04f53e213cd558ca40539d85523151db6e4d7c77e51',
    });
  });
});
