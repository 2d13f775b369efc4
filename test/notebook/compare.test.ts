import { describe, expect, test } from 'vitest';
import { compare } from '../../src/notebook/compare.js';

describe('a value beside the recorded one', () => {
  test('agrees within 1e-5 of it, or within what is said; other kinds where they are equal', () => {
    expect(compare('a', 2.00001, 2)).toEqual([{ label: 'a', ours: '2.00001', recorded: '2', agrees: true }]);
    expect(compare('a', 2.0001, 2)[0].agrees).toBe(false);
    expect(compare('a', 2.0001, 2, 0.001)[0].agrees).toBe(true);
    expect(compare('a', 'x', 'x')[0].agrees).toBe(true);
    expect(compare('a', Number.NaN, 2)[0].agrees).toBe(false);
    expect(compare('a', 1, undefined)).toEqual([{ label: 'a', ours: '1' }]);
  });

  test('of a list each by itself, with one label or one for each', () => {
    const labels = (label: string | string[]) =>
      compare(label, Float32Array.of(1, 2), [1, 3]).map((row) => row.label);
    expect(labels('std')).toEqual(['std [0]', 'std [1]']);
    expect(labels(['first', 'second'])).toEqual(['first', 'second']);
    expect(compare(['first', 'second'], [1, 2], [1, 3]).map(({ agrees }) => agrees)).toEqual([true, false]);
    expect(compare(['first', 'second'], [1, 2], undefined)).toEqual([
      { label: 'first', ours: '1' },
      { label: 'second', ours: '2' },
    ]);
  });

  test.each([
    [[1 as never, 1, 1], TypeError, 'expect: expected a label first, got number'],
    [['a', [1, 2], [1, 2, 3]], RangeError, 'expect: a: expected 3 values, got 2'],
    [['a', [1, 2], 1], RangeError, 'expect: a: expected one value, got 2'],
    [
      [
        ['a', 'b', 'c'],
        [1, 2],
        [1, 2],
      ],
      RangeError,
      'expect: a: expected 3 labels, got 2',
    ],
    [
      ['a', {} as never, 1],
      TypeError,
      'expect: a: expected a number, a string, true or false, or a list of them, got object',
    ],
  ] as [Parameters<typeof compare>, new (message: string) => Error, string][])(
    '%j is refused',
    (given, kind, message) => {
      expect(() => compare(...given)).toThrow(new kind(message));
    },
  );
});
