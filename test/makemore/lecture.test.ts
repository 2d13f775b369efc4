import { afterAll, describe, expect, test } from 'vitest';
import { surveyUnits } from '../../src/diagnostics/index.js';
import { type BatchNorm1d, evaluate, type Tensor } from '../../src/index.js';
import {
  builtInNames,
  type Cell,
  cells,
  deepSettings,
  Lecture,
  lectureSettings,
  type NameList,
  parseNames,
  Run,
} from '../../src/makemore/index.js';
import { onBuiltInNames as builtIn } from '../../src/makemore/lecture/printed.js';
import { number, scientific, text } from '../../src/makemore/lecture/row.js';
import { batchNormWidget } from '../../src/makemore/lecture/statistics.js';

/** Share of saturated outputs of the untrained first network, with running statistics that have not seen a batch. */
async function surveyInitial(names: NameList): Promise<number> {
  using run = await Run.prepare(names, lectureSettings);
  return (await surveyUnits(run.trainer, run.dataset.train)).layers[0].saturated;
}

/** 216 names, of few contexts. */
function syllableNames(): NameList {
  const syllables = ['an', 'be', 'co', 'di', 'el', 'fa'];
  const names = syllables.flatMap((a) => syllables.flatMap((b) => syllables.map((c) => a + b + c)));
  return parseNames(new TextEncoder().encode(names.join('\n')), 'syllables.txt');
}

/** Of the first network, in place of 200,000: `npm run test:long` makes them all. */
const STEPS = 10_001;

describe('the notebook on the built-in names', () => {
  const lecture = builtInNames().then((names) => new Lecture(names, { steps: STEPS }));
  afterAll(async () => (await lecture).dispose());
  /** Rows by cell: each is run once. */
  const ran = new Map<string, ReturnType<Cell['run']>>();
  const rowsOf = async ({ name, run }: Cell) => {
    if (!ran.has(name)) ran.set(name, run(await lecture));
    return ran.get(name) as ReturnType<Cell['run']>;
  };

  test.each(cells)('$name', async (cell) => {
    const rows = await rowsOf(cell);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row.ours, row.label).not.toMatch(/NaN|Infinity|undefined/);
      if (row.notebook !== undefined)
        expect({ ...row, agrees: true }, `${row.ours} here, ${row.notebook} there`).toEqual(row);
    }
  });

  test('has the values that the notebook prints, and compares them', async () => {
    const rows = (await Promise.all(cells.map(rowsOf))).flat();
    // All 100 but 18 losses on the way, and the two over whole splits, of the first network.
    expect(rows.filter(({ agrees }) => agrees).length).toBe(80);
    expect(rows.filter(({ agrees }) => agrees === false)).toEqual([]);
  });

  test('all-zero parameters: only the last bias moves, and the loss stays above the entropy of the targets', async () => {
    const rows = await rowsOf(cells.find(({ name }) => name === 'zero') as Cell);
    const ours = Object.fromEntries(rows.map(({ label, ours }) => [label, ours]));
    for (const name of ['C', 'W1', 'b1', 'W2'])
      expect(ours[`largest |gradient| of ${name}`]).toBe('0 in every step');
    expect(Number(ours['largest |gradient| of b2'])).toBeGreaterThan(0.1);
    const floor = Number(ours['entropy of the targets, the floor']);
    expect(floor).toBeCloseTo(2.8232, 3);
    expect(Number(ours['loss over train after 10,000 steps'])).toBeGreaterThanOrEqual(floor);
    expect(Number(ours['loss over train after 10,000 steps'])).toBeLessThan(floor + 0.01);
  });

  test('counts the tanh units over the whole training split', async () => {
    const { trainer, dataset } = await (await lecture).deep();
    const { survey } = await lecture;
    const again = await surveyUnits(trainer, dataset.train);
    expect(survey?.examples).toBe(183_430);
    expect(survey?.layers.map(({ units }) => units.length)).toEqual(Array(5).fill(100));
    expect(survey).toEqual(again);
    const { tanhUnits } = (await (await lecture).record('0.0.0')).deep ?? {};
    expect(tanhUnits?.layers.map(({ units }) => units)).toEqual(
      again.layers.map(({ units }) => Array.from(units)),
    );
  });

  test('counts the hidden units of the untrained network over the training split', async () => {
    const { survey, image, saturated } = await (await lecture).initialHidden();
    expect([survey.examples, survey.layers.length]).toEqual([183_430, 1]);
    const [{ units, dead, saturated: share }] = survey.layers;
    expect([units.length, image[0].length]).toEqual([200, 200]);
    // The batch is a sample of the split: 32 · 200 outputs.
    expect(Math.abs(share - saturated)).toBeLessThan(0.01);
    expect(dead).toEqual([]);
    // Its running statistics would have been 0 and 1, with which two thirds of the range is saturated.
    const running = await surveyInitial(await builtInNames());
    expect(running).toBeGreaterThan(2 * share);
  });

  test('its record holds both runs and what was measured on the second', async () => {
    const record = await (await lecture).record('0.0.0');
    expect(record.first).toMatchObject({ net: 'mlp', steps: STEPS, parameters: 12_097 });
    expect(record.deep).toMatchObject({ net: 'deep', steps: 1001, parameters: 47_024 });
    for (const [run, made] of [
      [record.first, await (await lecture).first()],
      [record.deep, await (await lecture).deep()],
    ] as const) {
      for (const statistics of ['running', 'calibrated'] as const)
        for (const split of ['train', 'val', 'test'] as const) {
          const loss = await evaluate(made.trainer, made.dataset[split], { statistics });
          expect(run?.evaluation?.[statistics][split]).toBe(loss);
        }
      expect(run?.final).toEqual(run?.evaluation);
      expect(run?.samples).toEqual(made.samples);
      expect(run?.samples).toHaveLength(20);
    }
    expect(record.deep?.samples).toEqual(builtIn.deep.samples);
    expect(record.deep?.tanhActivations.map(({ name }) => name)).toEqual(
      [2, 5, 8, 11, 14].map((layer) => `layer ${layer} Tanh`),
    );
    expect(record.deep?.tanhOutputGradients).toHaveLength(5);
    expect(record.deep?.weightGradients.map(({ name }) => name).slice(0, 2)).toEqual([
      'C',
      'layers.0.weight',
    ]);
    expect(record.deep?.updateToData?.names).toHaveLength(19);
    expect(record.deep?.updateToData?.log10).toHaveLength(1001);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});

test('evaluates each distinct context once, as a run does, and tells how far everything long is', async () => {
  const names = syllableNames();
  const told = new Map<string, number>();
  const onProgress = (what: string, done: number, count: number) => {
    if (done === count) told.set(what, done);
  };
  const lecture = new Lecture(names, { steps: 200, onProgress });
  for (const { run } of cells) await run(lecture);
  const alone = new Map<string, number>();
  for (const settings of [
    { ...lectureSettings, steps: 200 },
    { ...deepSettings, steps: 1001 },
  ]) {
    using run = await Run.prepare(names, settings);
    await run.train();
    await run.evaluate({ onProgress: (what, _, count) => alone.set(what, count) });
    const { final } = await (settings.net === 'mlp' ? lecture.first() : lecture.deep());
    expect(final).toEqual(run.final);
    expect(alone.get('evaluating train, running statistics')).toBeLessThan(run.dataset.train.count / 10);
  }
  const { count } = (await lecture.first()).dataset.train;
  for (const [what, rows] of alone) expect(told.get(what), what).toBe(rows);
  expect(told.get('counting saturated units')).toBe(count);
  expect(told.get('evaluating train')).toBe(alone.get('evaluating train, running statistics'));
  await lecture.dispose();
});

test('is ended by its signal in each cell that trains', async () => {
  const names = syllableNames();
  for (const name of ['train', 'hidden', 'deep', 'zero']) {
    const control = new AbortController();
    const reason = new Error('enough');
    const onProgress = () => control.abort(reason);
    const lecture = new Lecture(names, { steps: 200, signal: control.signal, onProgress });
    await expect(cells.find((cell) => cell.name === name)?.run(lecture), name).rejects.toBe(reason);
    await lecture.dispose();
  }
});

describe('batch norm of one batch as the lecture, torch and the paper have it', () => {
  const measured = builtInNames().then(async (names) => {
    const variances = await new Lecture(names).variances();
    using run = await Run.prepare(names, { ...lectureSettings, steps: 1 });
    await run.train();
    const [linear, norm] = run.model.layers.slice(2, 4);
    const x = (linear.out as Tensor).toArray();
    return { variances, x, running: (norm as BatchNorm1d).runningSpread.toArray() };
  });

  test('each variance and output is that of the definition, in float64', async () => {
    const { variances, x, running } = await measured;
    const { rows, columns, eps, mean, conventions } = variances;
    expect([rows, columns, eps, x.length]).toEqual([32, 200, 1e-5, 6400]);
    expect(conventions.map(({ name }) => name)).toEqual(['lecture', 'torch', 'paper']);
    for (let j = 0; j < columns; j++) {
      const column = Array.from({ length: rows }, (_, i) => x[i * columns + j]);
      const centre = column.reduce((sum, value) => sum + value, 0) / rows;
      const squares = column.reduce((sum, value) => sum + (value - centre) ** 2, 0);
      const [unbiased, biased] = [squares / 31, squares / 32];
      expect(mean[j]).toBeCloseTo(centre, 5);
      expect(running[j]).toBeCloseTo(0.999 + 0.001 * Math.sqrt(unbiased), 5);
      for (const [convention, training, kept] of [
        [conventions[0], unbiased, unbiased],
        [conventions[1], biased, unbiased],
        [conventions[2], biased, biased],
      ] as const) {
        const close = (got: number, expected: number) =>
          expect(Math.abs(got / expected - 1), `${convention.name}, unit ${j}`).toBeLessThan(1e-5);
        close(convention.training[j], training);
        close(convention.std[j], Math.sqrt(training + eps));
        close(convention.kept[j], kept);
        close(convention.later[j], unbiased);
        column.forEach((value, i) => {
          const expected = (value - centre) / Math.sqrt(training + eps);
          expect(Math.abs(convention.outputs[i * columns + j] - expected)).toBeLessThan(1e-5);
        });
      }
    }
    expect(variances.runningDeviation).toEqual(running);
    const [lecture, torch] = conventions;
    expect(lecture.outputsStd / torch.outputsStd).toBeCloseTo(Math.sqrt(31 / 32), 6);
  });

  test('its momentum is 0.999/0.001 in the first network, of std, and 0.9/0.1 in the six layers, of variance', async () => {
    const { first, deep } = (await measured).variances;
    expect([first, deep]).toEqual([
      { momentum: 0.001, tracks: 'std' },
      { momentum: 0.1, tracks: 'variance' },
    ]);
    const rows =
      (await cells.find(({ name }) => name === 'variance')?.run(new Lecture(await builtInNames()))) ?? [];
    const ours = Object.fromEntries(rows.map((row) => [row.label, row.ours]));
    expect(ours['running mean and std of the first network']).toBe(
      '0.999 · old + 0.001 · new; torch: momentum 0.001; half is new after 693 steps',
    );
    expect(ours['running mean and variance of the six layers']).toBe(
      '0.9 · old + 0.1 · new; torch: momentum 0.1; half is new after 6.58 steps',
    );
    expect(ours['outputs, lecture to torch']).toBe(ours['√(31/32)']);
    expect(ours['variance kept, torch (divided by 31)']).toBe(ours['variance kept, lecture (divided by 31)']);
    expect(ours['variance when used later, paper']).toBe(ours['variance when used later, torch']);
  });
});

test('the widget normalises its five numbers', () => {
  for (const first of [-30, -3.5, 0, 30]) {
    const { x, y } = batchNormWidget(2147483648, first);
    expect(x[0]).toBe(first);
    expect(y.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
    expect(y.reduce((sum, value) => sum + value ** 2, 0) / 4).toBeCloseTo(1, 5);
  }
});

test('rows agree within half a unit of the last printed digit, and not beyond', () => {
  expect(number('x', 2.31738, 4, 2.3173)).toMatchObject({
    ours: '2.3174',
    notebook: '2.3173',
    agrees: false,
  });
  expect(number('x', 2.317355, 4, 2.3173)).toMatchObject({ agrees: true });
  expect(number('x', 1, 2)).toEqual({ label: 'x', ours: '1.00' });
  expect(number('x', Number.NaN, 2, 1).agrees).toBe(false);
  expect(scientific('x', 1.00002e-3, 6, 1e-3).agrees).toBe(false);
  expect(scientific('x', 1.000005e-3, 6, 1e-3).agrees).toBe(true);
  expect(text('x', 'emma.', 'emm.').agrees).toBe(false);
});
