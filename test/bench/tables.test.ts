import { describe, expect, test } from 'vitest';
import { BATCH, linearLayers, stepFlops } from '../../bench/arithmetic.mjs';
import { besideNode, type MergedRow, merged } from '../../bench/browser/merge.mjs';
import { builtCeiling } from '../../bench/ceiling/built.mjs';
import { ceilingRows, flopsOfRound, shapes } from '../../bench/ceiling/ceiling.mjs';
import { relative } from '../../bench/error.mjs';
import { measure, summary } from '../../bench/measure.mjs';
import { markdownTable, number, percent, seconds, textTable } from '../../bench/table.mjs';
import { task } from '../../bench/task.mjs';

describe('the tables of the benchmark', () => {
  test('have words to the left, numbers to the right, and a rule below their head', () => {
    expect(
      textTable(
        ['by', 'size', 'µs'],
        [
          ['lanewise', '7×30×200', '1.58'],
          ['a', '32×30×200', '61'],
        ],
      ),
    ).toEqual([
      'by        size         µs',
      '────────  ─────────  ────',
      'lanewise  7×30×200   1.58',
      'a         32×30×200    61',
    ]);
    expect(textTable(['by'], [])).toEqual([]);
  });

  test('are the same in Markdown', () => {
    expect(markdownTable(['', 'µs'], [['lanewise', '56.2 µs']], [false, true])).toEqual([
      '|          |      µs |',
      '| -------- | ------: |',
      '| lanewise | 56.2 µs |',
    ]);
  });

  test('give three digits, a unit that fits, and nothing for what is not there', () => {
    expect([0.1234, 1.5, 12.34, 123.4, 12_345.6].map(number)).toEqual([
      '0.12',
      '1.50',
      '12.3',
      '123',
      '12,346',
    ]);
    expect([2, 0.0015, 5.62e-5, 3.2e-8, 5e-10].map(seconds)).toEqual([
      '2.00 s',
      '1.50 ms',
      '56.2 µs',
      '32.0 ns',
      '0.50 ns',
    ]);
    expect([0.943, Number.NaN].map(percent)).toEqual(['94 %', '']);
    expect(number(Number.NaN)).toBe('');
  });
});

describe('what the benchmark counts', () => {
  test('is six operations for each weight and row of a step', async () => {
    const shapesOf = async (net: 'mlp' | 'deep') =>
      linearLayers[net]((await task(net, 1)).params.map(({ shape }) => shape));
    const [mlp, deep] = [await shapesOf('mlp'), await shapesOf('deep')];
    expect(mlp).toEqual([
      [30, 200],
      [200, 27],
    ]);
    expect(deep).toEqual([[30, 100], ...Array(4).fill([100, 100]), [100, 27]]);
    expect(stepFlops(BATCH, mlp)).toBe(6 * 32 * 11_400);
    expect(stepFlops(BATCH, deep)).toBe(6 * 32 * 45_700);
  });

  test('is in the ceiling what the compiled loops execute, none of it shared or left out', async () => {
    const bytes = builtCeiling();
    // f32x4.add, sub and mul: 0xfd and 0xe4, 0xe5, 0xe6 in LEB128.
    const count = (opcode: number) =>
      bytes.reduce(
        (sum, byte, i) => sum + Number(byte === 0xfd && bytes[i + 1] === opcode && bytes[i + 2] === 1),
        0,
      );
    const flops = Object.values(shapes).reduce((sum, shape) => sum + flopsOfRound(shape), 0);
    const products = Object.values(shapes).reduce(
      (sum, { accumulators, steps }) => sum + accumulators * steps,
      0,
    );
    expect(count(0xe6)).toBe(products);
    expect(4 * (count(0xe4) + count(0xe5) + count(0xe6))).toBe(flops);
    const rows = await ceilingRows(bytes);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(shapes));
    for (const { name, call, error } of rows) {
      call(20);
      expect(error(), name).toBeLessThan(1e-6);
    }
  });

  test('is the middle and the least of the samples', () => {
    expect(summary([3, 1, 2])).toEqual({ median: 2, min: 1, samples: 3 });
    expect(summary([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, samples: 4 });
    expect(() => summary([])).toThrow('expected at least one sample, got none');
  });

  test('an error that NaN or a missing element cannot hide in', () => {
    expect(relative([1, 2.5], [1, 2])).toBe(0.25);
    expect(relative([1, Number.NaN], [1, 2])).toBe(Infinity);
    expect(relative([1], [1, 2])).toBe(Infinity);
  });
});

test('contenders take turns, and one with a clock of its own is timed by it', async () => {
  const turns: string[] = [];
  const pace = { rounds: 3, turn: 0, sample: 0, warmUp: 0 };
  const busy = (times: number) => Math.hypot(times);
  const named = (name: string, call: (times: number) => unknown) => ({
    call(times: number) {
      if (turns.at(-1) !== name) turns.push(name);
      return call(times);
    },
  });
  const [ours, own] = await measure([named('ours', busy), named('own', async (times) => times * 0.25)], pace);
  expect(turns).toEqual(['ours', 'own', 'ours', 'own', 'ours', 'own', 'ours', 'own']);
  expect(ours.samples).toBeGreaterThanOrEqual(3);
  expect(ours.min).toBeGreaterThan(0);
  expect(own).toMatchObject({ median: 0.25, min: 0.25, samples: 3 });
});

test('passes of an engine become one, and engines stand beside Node', () => {
  const row = (median: number, error: number): MergedRow => ({
    kernel: 'x W',
    size: '7×30×200',
    contender: 'lanewise',
    median,
    min: median / 2,
    samples: 10,
    error,
  });
  const one = merged([[row(2e-6, 1e-7)], [row(4e-6, 3e-7)], [row(3e-6, 2e-7)]]);
  expect(one).toEqual([{ ...row(3e-6, 3e-7), min: 1e-6, samples: 30 }]);
  const other = [row(6e-6, 1e-7)];
  const lines = besideNode(
    [
      { name: 'Node', rows: one },
      { name: 'Firefox', rows: other },
    ],
    { lanewise: 'lanewise, WebAssembly SIMD' },
  );
  expect(lines[2]).toMatch(/^x W +7×30×200 +lanewise, WebAssembly SIMD +3\.00 µs +6\.00 µs +2\.00 +3\.0e-7$/);
});
