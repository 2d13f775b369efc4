import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarise } from '../../src/diagnostics/index.js';
import {
  type Core,
  CrossEntropyLoss,
  evaluate,
  Generator,
  type Indices,
  load,
  type Sequential,
  SGD,
  Trainer,
} from '../../src/index.js';
import { getRngState, setRngState } from '../../src/interchange/index.js';
import { createDeep, type Dataset, makeDataset, Sampler } from '../../src/makemore/index.js';
import { bits, distance, floats, needs, type RecordedRun, readList, readRecorded } from './recorded.js';

type RecordedDeepRun = Omit<RecordedRun, 'final_running' | 'final_calibrated'> & {
  final_eval: Record<'train' | 'val' | 'test', number>;
  samples: string[];
  samples_generator_seed: number;
  update_to_data_log10: Record<string, number[]>;
};

for (const [file, list] of [
  ['notebook-deep-1001.json', 'lecture'],
  ['builtin-deep-1001.json', 'built-in'],
] as const) {
  const { title, present } = needs(`the six-layer network on the ${list} names, as torch`, file, list);
  describe.skipIf(!present)(title, () => {
    let recorded: RecordedDeepRun;
    let core: Core;
    let dataset: Dataset;
    let generator: Generator;
    let model: Sequential<Indices>;
    let trainer: Trainer;

    beforeAll(async () => {
      recorded = readRecorded<RecordedDeepRun>(file);
      dataset = makeDataset(await readList(list));
      core = await load();
      generator = new Generator(recorded.seed);
      model = createDeep(core, generator, { vocabularySize: dataset.vocabulary.size });
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      trainer = new Trainer({
        loss: new CrossEntropyLoss(),
        core,
        model,
        optimizer,
        examples: dataset.train,
        batchSize: 32,
        generator,
      });
    });
    afterAll(() => core.dispose());

    test('begins with the same parameters in the same order, bit for bit', () => {
      const ours = model.parameters();
      const theirs = Object.entries(recorded.initial);
      expect(ours.length).toBe(theirs.length);
      expect(ours.reduce((sum, { value }) => sum + value.size, 0)).toBe(recorded.parameters);
      theirs.forEach(([name, tensor], i) => {
        const got = bits(ours[i].value.toArray());
        expect(got, name).toEqual(bits(floats(tensor)));
      });
    });

    test('draws the same minibatches', () => {
      const again = setRngState(new Generator(0), getRngState(generator));
      for (const minibatch of recorded.minibatches)
        expect(again.randint(0, dataset.train.count, 32)).toEqual(minibatch);
    });

    test('has the same gradients in step 0, and losses in the recorded steps', async () => {
      const losses: number[] = [trainer.step()];
      const gradients = model.parameters().map(({ grad }) => grad.toArray());
      Object.entries(recorded.gradients_step0).forEach(([name, tensor], i) => {
        const theirs = floats(tensor);
        const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        expect(distance(gradients[i], theirs) / largest, name).toBeLessThan(1.2e-5);
      });
      const ratios = (): number[] =>
        model
          .parameters()
          .map(({ value, grad }) => Math.log10((0.1 * summarise(grad).std) / summarise(value).std));
      const updates: Record<string, number[]> = 0 in recorded.update_to_data_log10 ? { 0: ratios() } : {};
      await trainer.run(recorded.steps, {
        onStep(step, loss) {
          losses.push(loss);
          if (step in recorded.update_to_data_log10) updates[step] = ratios();
        },
      });
      expect(Object.keys(updates)).toEqual(Object.keys(recorded.update_to_data_log10));
      expect(Object.keys(updates).length).toBeGreaterThan(0);
      for (const [step, theirs] of Object.entries(recorded.update_to_data_log10))
        expect(distance(updates[step], theirs), `update:data at step ${step}`).toBeLessThan(5e-4);
      const compared = Object.entries(recorded.losses);
      expect(compared.length).toBeGreaterThan(0);
      // torch's float32 is 9.8e-7 away from float64.
      for (const [step, loss] of compared)
        expect(Math.abs(losses[Number(step)] - loss), `step ${step}`).toBeLessThan(1e-5);
    });

    test('comes to the same losses over whole splits, and the same 20 names', async () => {
      for (const split of ['train', 'val', 'test'] as const) {
        const loss = await evaluate(trainer, dataset[split]);
        expect(Math.abs(loss - recorded.final_eval[split]), split).toBeLessThan(2e-6);
      }
      const sampler = new Sampler({
        core,
        model,
        vocabulary: dataset.vocabulary,
        contextLength: 3,
        generator: new Generator(recorded.samples_generator_seed),
      });
      expect(sampler.names(20)).toEqual(recorded.samples);
    });
  });
}
