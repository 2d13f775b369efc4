import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawable } from '../../src/charts/drawable.js';
import {
  againstDiagonal,
  barHistogram,
  batchNormWidget,
  type ChartOption,
  comparedLayers,
  comparedLosses,
  layerHistograms,
  layersOverTime,
  linesOver,
  lossCurve,
  renderSvg,
  saturationImage,
  updateRatios,
} from '../../src/charts/index.js';
import { runs } from '../platform/properties.js';
import { readStrictly } from './html-check.js';

/** Any double at all, those that charts have stumbled over, and ordinary ones. */
const number = fc.oneof(
  fc.double(),
  fc.float(),
  fc.constantFrom(
    Number.NaN,
    Infinity,
    -Infinity,
    0,
    5e-324,
    1e-30,
    1e-20,
    1e20,
    1e30,
    3.4e38,
    1.7e308,
    -1.7e308,
  ),
  fc.double({ min: -10, max: 10, noNaN: true }),
);
const numbers = fc.array(number, { maxLength: 8 });
const point = fc.tuple(number, number);
const points = fc.array(point, { maxLength: 8 });
const name = fc.constantFrom('a', 'b', 'c', 'd');
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
/** A record without the keys that are undefined, as `exactOptionalPropertyTypes` has it. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K] | undefined> }): fc.Arbitrary<T> =>
  fc
    .record(model as Record<string, fc.Arbitrary<unknown>>)
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as T);

const histogram = fc.integer({ min: 1, max: 7 }).chain((bins) =>
  fc.record({
    edges: fc.array(number, { minLength: bins + 1, maxLength: bins + 1 }),
    values: fc.array(number, { minLength: bins, maxLength: bins }),
  }),
);
const layer = fc.record({
  name,
  layer: fc.nat(8),
  mean: number,
  std: number,
  saturated: number,
  histogram,
});
const layers = fc.array(layer, { maxLength: 4 });
const steps = fc.oneof(
  numbers,
  fc.nat(8).map((n) => Array.from({ length: n }, (_, i) => i)),
);
const overTime = steps.chain((all) => {
  const values = fc.array(number, { minLength: all.length, maxLength: all.length });
  return fc.record({
    steps: fc.constant(all),
    layers: fc.array(fc.record({ name, layer: fc.nat(8), values }), { maxLength: 3 }),
  });
});
const updates = overTime.map(({ steps, layers }) => ({
  steps,
  parameters: layers.map(({ name, layer, values }, i) => ({
    name,
    layer,
    kind: (['weight', 'gain', 'bias'] as const)[i % 3],
    log10: values,
  })),
}));

type Look = { narrow: boolean; legend: boolean };
type Chart<T> = [name: string, data: fc.Arbitrary<T>, describe: (data: T, look: Look) => ChartOption];
const chart = <T>(...one: Chart<T>) => one as unknown as Chart<unknown>;

const charts: Chart<unknown>[] = [
  chart(
    'againstDiagonal',
    fc.record({ groups: fc.array(fc.record({ name, points }), { maxLength: 5 }), x: name, y: name }),
    againstDiagonal,
  ),
  chart(
    'barHistogram',
    record<Parameters<typeof barHistogram>[0]>({
      histogram,
      quantity: name,
      bounds: maybe(point),
      shaded: maybe(fc.record({ name, zones: fc.array(point, { maxLength: 3 }) })),
    }),
    barHistogram,
  ),
  chart(
    'batchNormWidget',
    fc.array(point, { maxLength: 6 }).chain((pairs) =>
      fc.record({
        x: fc.constant(pairs.map(([x]) => x)),
        y: fc.constant(pairs.map(([, y]) => y)),
        mean: number,
        std: number,
      }),
    ),
    batchNormWidget,
  ),
  chart(
    'comparedLayers',
    fc.record({
      runs: fc.array(fc.record({ label: name, values: numbers }), { maxLength: 4 }),
      quantity: name,
      logarithmic: fc.boolean(),
    }),
    comparedLayers,
  ),
  chart(
    'comparedLayers, a bar a run',
    fc.record({
      runs: fc.array(fc.record({ label: name, values: fc.array(number, { maxLength: 1 }) }), {
        maxLength: 4,
      }),
      quantity: name,
    }),
    comparedLayers,
  ),
  chart(
    'comparedLosses',
    fc.record({
      runs: fc.array(
        fc.record({
          label: name,
          curve: points,
          band: fc.array(fc.tuple(number, number, number), { maxLength: 4 }),
          diverged: fc.boolean(),
        }),
        { maxLength: 4 },
      ),
      vocabularySize: number,
      steps: number,
    }),
    comparedLosses,
  ),
  chart(
    'layerHistograms',
    record<Parameters<typeof layerHistograms>[0]>({
      layers,
      quantity: name,
      bounds: maybe(point),
      beside: maybe(layers),
      limits: maybe(numbers),
      chosen: maybe(name),
    }),
    layerHistograms,
  ),
  chart(
    'layersOverTime',
    fc.tuple(overTime, maybe(overTime), number, number).map(([data, beside, at, most]) => ({
      ...data,
      quantity: 'q',
      limits: [{ at, name: 'limit' }],
      most,
      ...(beside && { beside }),
    })),
    layersOverTime,
  ),
  chart(
    'linesOver',
    record<Parameters<typeof linesOver>[0]>({
      lines: fc.array(
        fc.record({ name, points, faint: fc.boolean(), dashed: fc.boolean(), colour: fc.nat(9) }),
        { maxLength: 4 },
      ),
      x: name,
      y: name,
      min: maybe(number),
      max: maybe(number),
    }),
    linesOver,
  ),
  chart(
    'lossCurve',
    record<Parameters<typeof lossCurve>[0]>({
      losses: points,
      vocabularySize: number,
      lrDrop: maybe(fc.record({ step: number, before: number, after: number })),
    }),
    lossCurve,
  ),
  chart(
    'saturationImage',
    fc.record({
      units: number,
      examples: number,
      threshold: number,
      above: fc.array(fc.array(fc.oneof(number, fc.constantFrom(0, 1)), { maxLength: 5 }), { maxLength: 4 }),
    }),
    saturationImage,
  ),
  chart(
    'updateRatios',
    fc.tuple(updates, maybe(updates), maybe(name)).map(([data, beside, chosen]) => ({
      ...data,
      ...(beside && { beside }),
      ...(chosen !== undefined && { chosen }),
    })),
    updateRatios,
  ),
];

const svgOf = (option: ChartOption) =>
  renderSvg(option, { width: 360, height: 240, theme: 'light', label: 'A chart' });

describe('any numbers can be drawn, finite or not:', () => {
  test.each(charts)('%s', (_, data, described) => {
    fc.assert(
      fc.property(data, fc.boolean(), fc.boolean(), (given, narrow, legend) => {
        const svg = svgOf(described(given, { narrow, legend }));
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        readStrictly(svg);
      }),
      { numRuns: runs(20) },
    );
  });
});

describe('an axis beyond the ticks of echarts', () => {
  const textsOf = (option: ChartOption) =>
    [...svgOf(option).matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
  const over = (scale: number) =>
    linesOver({
      lines: [
        {
          name: 'a',
          points: [
            [0, 0],
            [1, 2 * scale],
            [2, 4 * scale],
          ],
        },
      ],
      x: 'step',
      y: 'value',
    });
  const pathOf = (option: ChartOption) =>
    /<path d="([^"]*)" fill="none" stroke="#1f5fa8"/.exec(svgOf(option))?.[1];

  test.each([1e-280, 1e-30, 1e-15, 1e20, 1e38, 1e299])(
    'is drawn the same, in its own numbers: %d',
    (scale) => {
      const power = [...String(Math.log10(scale))].map((digit) =>
        digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)],
      );
      expect(textsOf(over(scale))).toContain(`4.0·10${power.join('')}`);
      expect(pathOf(over(scale))).toBe(pathOf(over(1)));
    },
  );

  test('has no tooltip, which would show the numbers that are drawn', () => {
    expect(over(1e-30)).toHaveProperty('tooltip');
    expect(drawable(over(1))).toHaveProperty('tooltip');
    expect(drawable(over(1e-30))).not.toHaveProperty('tooltip');
  });

  test('says so where a value cannot be drawn at all', () => {
    const point = (y: number): ChartOption =>
      linesOver({
        lines: [
          {
            name: 'a',
            points: [
              [0, 1],
              [1, y],
              [2, 3],
            ],
          },
        ],
        x: 'step',
        y: 'value',
      });
    expect(textsOf(point(2)).join()).not.toContain('beyond');
    for (const y of [Infinity, Number.NaN, 1.7e308])
      expect(textsOf(point(y))).toContain('some values are beyond what can be drawn');
    const none = linesOver({
      lines: [{ name: 'a', points: [[0, Infinity]] }],
      x: 'step',
      y: 'value',
      min: 0,
    });
    expect(textsOf(none).join()).toContain('beyond what can be drawn');
  });

  test('and one in ordinary numbers is left as it is', () => {
    const option = over(1);
    expect(drawable(option)).toBe(option);
  });
});
