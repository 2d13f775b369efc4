import { CrossEntropyLoss, Generator, SGD, Trainer } from 'lanewise';
import {
  createNetwork,
  type Dataset,
  deepSettings,
  lectureSettings,
  type RunSettings,
} from 'lanewise/makemore';
import { type Case, repeated } from './cases.js';
import { relativeError } from './exact.js';
import { ExactNetwork } from './exact-network.js';

/** Steps whose losses are held to float64, before anything is timed. */
const CHECKED = 20;

/** Whole training steps of the lecture’s two networks: minibatch, forward, loss, backward, update. */
export const stepCases = (dataset: Dataset): Case[] => [
  stepCase('training step, one hidden layer', lectureSettings, dataset),
  stepCase('training step, six layers', deepSettings, dataset),
];

function stepCase(name: string, settings: RunSettings, dataset: Dataset): Case {
  const { batch, lr, seed, hidden } = settings;
  const { vocabulary, train: examples } = dataset;
  return {
    name,
    size: `batch ${batch}, ${hidden} units`,
    flops: flopsOf(settings, vocabulary.size),
    prepare(core) {
      const generator = new Generator(seed);
      const model = createNetwork(core, generator, settings, vocabulary.size);
      const exact = new ExactNetwork(model, vocabulary.size);
      const draws = new Generator().copyFrom(generator);
      const optimizer = new SGD(model.parameters(), { lr });
      const loss = new CrossEntropyLoss();
      const trainer = new Trainer({ model, loss, optimizer, examples, batchSize: batch, generator });
      const losses = Array.from({ length: CHECKED }, () => trainer.step());
      const expected = losses.map(() => {
        const picks = draws.randint(0, examples.count, batch);
        const columns = examples.x.length / examples.count;
        const contexts = picks.flatMap((pick) => [
          ...examples.x.subarray(pick * columns, (pick + 1) * columns),
        ]);
        const targets = picks.map((pick) => examples.y[pick]);
        return exact.step(contexts, targets, lr);
      });
      const error = Math.max(...losses.map((loss, i) => relativeError([loss], [expected[i]])));
      return {
        call: repeated(() => trainer.step()),
        // A step that comes to no number throws.
        error: () => error,
      };
    },
  };
}

/** x W, xᵀ dy and dy Wᵀ of every layer, each 2 n · in · out. */
export function flopsOf(settings: RunSettings, classes: number): number {
  const { batch, hidden, context, embedding } = settings;
  const inner = settings.net === 'deep' ? (settings.depth - 2) * hidden * hidden : 0;
  return 6 * batch * (context * embedding * hidden + inner + hidden * classes);
}
