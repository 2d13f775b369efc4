import { describe, expect, test } from 'vitest';
import {
  type ChartOption,
  type ComparedResult,
  comparedLayers,
  comparedLosses,
  type ExperimentsData,
  light,
  renderExperiments,
} from '../../src/charts/index.js';
import { ticks } from '../../src/charts/log-axis.js';
import { broken, compared, experiments } from './compared.js';
import { readStrictly } from './html-check.js';

interface Series {
  name: string;
  type: string;
  color: string;
  data: [number, number][];
}
const seriesOf = (option: ChartOption) => option.series as unknown as Series[];

describe('losses side by side', () => {
  const run = (label: string, curve: [number, number][], diverged = false) => ({ label, curve, diverged });
  const data = {
    vocabularySize: 27,
    steps: 100,
    runs: [
      run('a', [
        [0, 3],
        [50, 2.5],
        [99, 2],
      ]),
      run(
        'b',
        [
          [0, 3],
          [20, 1000],
          [21, Number.POSITIVE_INFINITY],
        ],
        true,
      ),
    ],
  };

  test('have a line a run in logarithms, and a cross where one diverged, at the top where it rose above', () => {
    const [a, b, cross] = seriesOf(comparedLosses(data));
    expect(a.data).toEqual([
      [0, Math.log10(3)],
      [50, Math.log10(2.5)],
      [99, Math.log10(2)],
    ]);
    expect(b.data).toHaveLength(2);
    expect(cross).toMatchObject({ type: 'scatter', name: 'b', color: b.color });
    expect(cross.data).toEqual([[20, Math.log10(1.25 * Math.log(27))]]);
    expect(seriesOf(comparedLosses(data))).toHaveLength(3);
  });

  test('end the axis above all that is there where nothing towers', () => {
    const { yAxis, xAxis } = comparedLosses({ ...data, runs: data.runs.slice(0, 1) });
    expect((yAxis as { max: number }).max).toBeGreaterThan(Math.log10(Math.log(27)));
    expect((yAxis as { min: number }).min).toBeLessThan(Math.log10(2));
    expect(xAxis).toMatchObject({ min: 0, max: 100 });
  });

  test('few runs have colours far apart', () => {
    const colours = (count: number) =>
      seriesOf(
        comparedLosses({ ...data, runs: Array.from({ length: count }, (_, i) => run(`${i}`, [[0, 3]])) }),
      ).map(({ color }) => light.layers.indexOf(color));
    expect(colours(1)).toEqual([0]);
    expect(colours(2)).toEqual([0, 4]);
    expect(colours(5)).toEqual([0, 1, 2, 3, 4]);
    expect(colours(7)).toEqual([0, 1, 2, 3, 4, 5, 0]);
  });
});

describe('layers side by side', () => {
  const runs = [
    { label: 'a', values: [0.1, 0.01] },
    { label: 'b', values: [] },
    { label: 'c', values: [0, 0.5] },
  ];

  test('have a line a run, a point a layer', () => {
    const series = seriesOf(comparedLayers({ runs, quantity: 'std' }));
    expect(series.map(({ data }) => data)).toEqual([
      [
        [1, 0.1],
        [2, 0.01],
      ],
      [],
      [
        [1, 0],
        [2, 0.5],
      ],
    ]);
  });

  test('leave out what has no logarithm', () => {
    const [, , c] = seriesOf(comparedLayers({ runs, quantity: 'g', logarithmic: true }));
    expect(c.data).toEqual([[2, Math.log10(0.5)]]);
  });

  test('are bars where there is one layer, without the runs that have none', () => {
    const one = runs.map(({ label, values }) => ({ label, values: values.slice(0, 1) }));
    const option = comparedLayers({ runs: one, quantity: 'std' });
    expect((option.yAxis as { data: string[] }).data).toEqual(['a', 'c']);
    expect(seriesOf(option)).toMatchObject([{ type: 'bar', data: [{ value: 0.1 }, { value: 0 }] }]);
  });
});

test.each([
  [2, 3.4],
  [2, 30],
  [0.0005, 0.05],
  [1e-12, 1e12],
])('a logarithmic axis from %d to %d has a few round labels, none close to another', (from, to) => {
  const [min, max] = [Math.log10(from), Math.log10(to)];
  const found = ticks(min, max);
  expect(found.length).toBeGreaterThanOrEqual(2);
  expect(found.length).toBeLessThanOrEqual(9);
  for (const log of found) {
    expect(log).toBeGreaterThanOrEqual(min);
    expect(log).toBeLessThanOrEqual(max);
    expect(Number((10 ** log).toPrecision(2)) / 10 ** log).toBeCloseTo(1, 9);
  }
});

describe('the report', () => {
  const report = renderExperiments(experiments());
  const { elements, text } = readStrictly(report);

  test('has a section a set and one of fingerprints, a chart of the losses and three of the layers in each', () => {
    const ids = (tag: string) =>
      elements.filter((element) => element.tag === tag).map(({ attributes }) => attributes.id);
    expect(ids('section')).toEqual(['deep', 'flat', 'fingerprints']);
    expect(ids('figure')).toEqual(
      ['deep', 'flat'].flatMap((set) =>
        ['losses', 'std', 'saturated', 'gradient'].map((chart) => `${set}-${chart}`),
      ),
    );
    for (const { attributes } of elements.filter(({ tag }) => tag === 'svg')) {
      expect(attributes.role).toBe('img');
      expect(attributes['aria-label'].length).toBeGreaterThan(20);
    }
  });

  test('needs no script and fetches nothing', () => {
    const fetching = ['script', 'link', 'img', 'iframe', 'object', 'image', 'use'];
    expect(elements.filter(({ tag }) => fetching.includes(tag))).toEqual([]);
    const policy = elements.find(({ attributes }) => attributes['http-equiv'] !== undefined);
    expect(policy?.attributes.content).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect(new Set(report.match(/\w+:\/\/[^"'\s)]*/g))).toEqual(new Set(['http://www.w3.org/2000/svg']));
  });

  test('leaves every colour of its charts to the style', () => {
    const drawn = elements.flatMap(({ attributes: { fill, stroke } }) => [fill, stroke]).filter(Boolean);
    const other = drawn.filter((colour) => !/^(none|#000|var\(--[\w-]+\))$/.test(colour));
    expect(new Set(other)).toEqual(new Set());
  });

  test('is the same text for the same data', () => expect(renderExperiments(experiments())).toBe(report));

  test('says which runs diverged or were not finished, and counts those that were', () => {
    expect(text).toContain('high (diverged)');
    expect(text).toContain('late (not finished)');
    expect(text).toContain('4 of 5');
    expect(text).toMatch(/A cross: there the loss became NaN/);
    expect(renderExperiments({ ...experiments(), stopped: 'Ctrl-C.' })).toContain(
      '<b>Stopped early.</b> Ctrl-C.',
    );
  });

  test('has the numbers of each run in its column, the least val in bold', () => {
    const row = (name: string) =>
      [
        ...(new RegExp(`<tr><th scope="row">${name}</th>(.*?)</tr>`).exec(report)?.[1] ?? '').matchAll(
          /<td>(.*?)<\/td>/g,
        ),
      ].map(([, cell]) => cell);
    expect(row('steps made')).toEqual(['100', '40', '–']);
    expect(row('first minibatch')).toEqual(['3.3000', '3.3000', '–']);
    expect(row('last 100 minibatches')).toEqual(['2.5000', '–', '–']);
    expect(row('val')).toEqual(['<b>2.5000</b>', '–', '–']);
    expect(row('saturated %, first layer')).toEqual(['2.0', '–', '–']);
    expect(row('gradient std, last layer')).toEqual(['2.0·10⁻³', '–', '–']);
    expect(row('high')).toEqual(['47,024', `<code>${'cd'.repeat(32)}</code>`]);
    expect(row('late')).toEqual(['–', 'not finished']);
  });

  test('of runs that were not begun has neither chart nor hole', () => {
    const data = experiments();
    const sets = data.sets.map((set) => ({ ...set, runs: set.runs.map(({ label }) => ({ label })) }));
    const empty = renderExperiments({ ...data, sets });
    expect(empty).not.toMatch(/<svg|undefined|NaN|Infinity/);
    expect(empty).toContain('Not finished: low, high and late.');
  });

  test('takes whatever the data hold for text and nothing else', () => {
    const nasty = `</title></style><script>alert(1)</script> "'&amp;<b>\u0000\ud800`;
    const replaceAll = (value: unknown, key = ''): unknown => {
      if (typeof value === 'string') return key === 'name' ? value : nasty;
      if (Array.isArray(value)) return value.map((inner) => replaceAll(inner));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, replaceAll(inner, name)]),
      );
    };
    const replaced = renderExperiments(replaceAll(experiments()) as ExperimentsData);
    expect(readStrictly(replaced).elements.filter(({ tag }) => tag === 'script' || tag === 'b').length).toBe(
      elements.filter(({ tag }) => tag === 'b').length,
    );
    expect(replaced).not.toContain('<script');
  });
});

describe('what is wrong in a set is said of the runs it is wrong in', () => {
  const layer = { std: 0.6, saturated: 2, gradientStd: 0.002 };
  const say = (results: Record<string, ComparedResult>) => {
    const data = experiments();
    const runs = Object.entries(results).map(([label, result]) => ({ label, result }));
    const report = renderExperiments({ ...data, sets: [{ ...data.sets[0], runs }] });
    return [...report.matchAll(/<p class="reading (\w+)"><b>[^<]*<\/b> ([^<]*)<\/p>/g)].map(
      ([, severity, said]) => `${severity}: ${said}`,
    );
  };
  const fine = compared();

  test('nothing', () => {
    expect(say({ a: fine, b: compared({ losses: { train: 2.3, val: 2.4, test: 2.4 } }) })).toEqual([
      'healthy: Begun near the line of knowing nothing, level over the layers, little saturated: a and b.',
      'note: Least validation loss: b, 2.4000. Farthest behind: a, by 0.1000 nats.',
    ]);
    expect(say({ a: fine, b: fine, c: fine }).at(-1)).toMatch(
      /All are within 0\.0000 nats .* hardly matters\.$/,
    );
  });

  test('a loss that became NaN', () => {
    expect(say({ a: fine, b: broken(40) })[0]).toBe(
      'problem: b diverged at step 40: the loss became NaN. Likely cause: the learning rate 9 is too high.',
    );
  });

  test('a first loss far above knowing nothing, and one that is a little above', () => {
    const [worse, less, healthy] = say({
      a: compared({ initialLoss: 27 }),
      b: compared({ initialLoss: 3.8 }),
      c: fine,
    });
    expect(worse).toMatch(
      /^problem: Sure of wrong answers from the start: a \(27\.00\)\. Knowing nothing would lose 3\.30/,
    );
    expect(less).toBe('warning: The same, but less: b (3.80).');
    expect(healthy).toMatch(/^healthy: .*: c\.$/);
  });

  test('a run that learned nothing, or little', () => {
    const bad = { train: 3.4, val: 3.4, test: 3.4 };
    const slow = { train: 3, val: 3, test: 3 };
    const said = say({
      a: compared({ finalLoss: 3.4, losses: bad }),
      b: compared({ finalLoss: 3, losses: slow }),
      c: fine,
    });
    expect(said[0]).toMatch(/^problem: Nothing learned by the end: a \(3\.400\), /);
    expect(said[1]).toBe('warning: Far behind the best at the end: b (by 0.50 nats).');
  });

  test('layers that saturate, fade, or get gradients of unlike sizes', () => {
    const layers = (changed: Partial<typeof layer>) => [layer, layer, { ...layer, ...changed }];
    const said = say({
      a: compared({ layers: layers({ saturated: 60 }) }),
      b: compared({ layers: layers({ saturated: 30 }) }),
      c: compared({ layers: layers({ std: 0.2 }) }),
      d: compared({ layers: layers({ gradientStd: 0.05 }) }),
      e: compared({ layers: layers({ gradientStd: 0 }) }),
    });
    expect(said[0]).toMatch(/^problem: Saturated, .*: a \(60 % in layer 3\)\./);
    expect(said[1]).toBe('warning: The same, but less: b (30 % in layer 3).');
    expect(said[2]).toMatch(/^warning: The signal is faint: c \(std 0\.20 in layer 3\)\./);
    expect(said[3]).toMatch(
      /^problem: Gradients .*: d \(vanish by a factor of 25\.0\) and e \(grow to nothing\)\./,
    );
  });
});
