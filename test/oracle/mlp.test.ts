import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Generator, load } from '../../src/index.js';
import { createMlp, type Initialisation, lectureSettings, Run } from '../../src/makemore/index.js';
import type { Parameter } from '../../src/nn/layer.js';
import {
  bits,
  distance,
  floats,
  type LossLog,
  needs,
  type RecordedRun,
  readList,
  readRecorded,
} from './recorded.js';

/** Our parameters by the names of the notebook. */
function named(parameters: Parameter[]): Record<string, Parameter> {
  const [C, W1, bngain, bnbias, W2, b2] = parameters;
  return { C, W1, bngain, bnbias, W2, b2 };
}

for (const [file, list] of [
  ['notebook-mlp-200k.json', 'lecture'],
  ['builtin-mlp-200k.json', 'built-in'],
] as const) {
  const { title, present } = needs(`the first network on the ${list} names, as torch`, file, list);
  describe.skipIf(!present)(title, () => {
    let recorded: RecordedRun;
    let run: Run;

    beforeAll(async () => {
      recorded = readRecorded<RecordedRun>(file);
      run = await Run.prepare(await readList(list), { ...lectureSettings, seed: recorded.seed, steps: 1001 });
    });
    afterAll(() => run.dispose());

    test('begins with the same parameters, bit for bit', () => {
      expect(run.parameters).toBe(recorded.parameters);
      const ours = named(run.model.parameters());
      for (const [name, tensor] of Object.entries(recorded.initial)) {
        const got = bits(ours[name].value.toArray());
        expect(got, name).toEqual(bits(floats(tensor)));
      }
    });

    test('draws the same minibatches', async () => {
      using core = await load();
      const generator = new Generator(recorded.seed);
      createMlp(core, generator, { vocabularySize: run.dataset.vocabulary.size });
      for (const minibatch of recorded.minibatches)
        expect(generator.randint(0, run.dataset.train.count, 32)).toEqual(minibatch);
    });

    test('has the same gradients in step 0', () => {
      run.trainer.step();
      const ours = named(run.model.parameters());
      for (const [name, tensor] of Object.entries(recorded.gradients_step0)) {
        const theirs = floats(tensor);
        const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        // torch's own float32 is 1.2e-6 of the largest away from another float32, and from float64.
        expect(distance(ours[name].grad.toArray(), theirs) / largest, name).toBeLessThan(1.2e-5);
      }
    });

    test('has the same losses in steps 0 to 1000', async () => {
      const first = run.trainer.lastLoss as number;
      await run.train();
      const ours = new Map([[0, first], ...run.losses]);
      let compared = 0;
      for (const [step, loss] of Object.entries(recorded.losses)) {
        if (Number(step) > 1000) continue;
        expect(Math.abs((ours.get(Number(step)) as number) - loss), `step ${step}`).toBeLessThan(5e-6);
        compared++;
      }
      expect(compared).toBeGreaterThan(0);
    });
  });
}

const lossLog = needs('the loss log, as torch', 'loss-log.json', 'lecture');
describe.skipIf(!lossLog.present)(lossLog.title, () => {
  const rows = lossLog.present ? readRecorded<LossLog>('loss-log.json').torch_1_13 : {};
  test('has rows', () => expect(Object.keys(rows).length).toBeGreaterThan(0));

  test.each(Object.keys(rows) as Initialisation[])('%s', async (init) => {
    const { losses } = rows[init];
    using run = await Run.prepare(await readList('lecture'), { ...lectureSettings, init, steps: 20 });
    await run.train();
    // `original` with its saturated units multiplies a rounding error tenfold in ten steps.
    const tolerance = (step: number) => (init !== 'original' ? 5e-6 : step < 10 ? 2e-5 : 2e-3);
    const compared = run.losses.filter(([step]) => step in losses);
    expect(compared.length).toBeGreaterThan(0);
    for (const [step, loss] of compared)
      expect(Math.abs(loss - losses[step]), `step ${step}`).toBeLessThan(tolerance(step));
  });
});
