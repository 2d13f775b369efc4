import { fixed, percent } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare, six } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, layerAt, mean, outputStd, parameterAt, saturatedOf } from '../readings.js';

/** One hidden layer, its weights as wide as they are drawn: the gain undoes the division by √30. */
const wide = { depth: 2, hidden: 200, gain: Math.sqrt(30) };
const SUMS = 'layer 2 Linear';
const NORM = 'layer 3 BatchNorm1d';
const WITH = 'layer 4 Tanh';

export const lesson: Lesson = {
  id: 'batch-norm',
  title: 'Batch normalisation',
  time: 40 * 60 + 40,
  kind: 'lecture',
  text: [
    'Why guess a scale, if one can make it so? Batch norm takes the sums of a unit over the minibatch, subtracts their mean and divides by their std. Then it applies a gain γ and a shift β, which are learned.',
    'Two runs begin with the first weights as wide as they are drawn. In the second, batch norm stands before the tanh.',
  ],
  question: 'How much of the second run’s hidden layer is saturated at the start?',
  runs: [bare(wide), six(wide)],
  until: 100,
  moments: [0],
  at: 0,
  look: 'activations',
  looked: 'the hidden layer of both runs',
  layer: WITH,
  choices: [
    {
      answer: 'Most of it, as without batch norm',
      holds: (runs) => Math.abs(share(runs[1]) - share(runs[0])) < 0.2,
      word: 'How wide the weights are is divided out again, whatever it was.',
    },
    {
      answer: 'A few percent',
      holds: ([, run]) => share(run) > 0.01 && share(run) < 0.1,
      word: 'Of numbers with a std of 1 few lie beyond 2, and tanh(2) is 0.96.',
    },
    {
      answer: 'Nothing at all',
      holds: ([, run]) => share(run) < 0.001,
      word: 'A std of 1 is no bound: some numbers lie further out.',
    },
  ],
  seen: [
    {
      says: ([wild, run]) =>
        `${percent(share(wild), 0)} without, ${percent(share(run), 0)} with it. The sums have a std of ${fixed(sums(wild), 1)} in both; behind batch norm it is ${fixed(outputStd(layerAt(run, NORM, 0)), 2)}.`,
      holds: ([wild, run]) =>
        share(wild) > 0.5 &&
        share(run) < 0.05 &&
        Math.abs(sums(wild) - sums(run)) < 0.01 &&
        Math.abs(outputStd(layerAt(run, NORM, 0)) - 1) < 0.02,
    },
    {
      says: ([wild, run]) =>
        `It stays so while it trains: after 100 steps ${percent(share(run, 100), 0)}, against ${percent(share(wild, 100), 0)}.`,
      holds: ([wild, run]) => share(run, 100) < 0.05 && share(wild, 100) > 0.5,
    },
    {
      says: ([, run]) =>
        `The price: what an example puts out now depends on the other ${(layerAt(run, NORM).shape[0] ?? 0) - 1} of its minibatch.`,
      holds: ([, run]) => layerAt(run, NORM).shape[0] === run.info.settings.batch && noise(run) > 0,
    },
  ],
  changes: [
    {
      title: 'Weights a hundred times smaller',
      runs: [six(wide), six({ ...wide, gain: Math.sqrt(30) / 100 })],
      until: 100,
      moments: [0],
      at: 0,
      look: 'activations',
      looked: 'the hidden layer of both runs, hardly to be told apart',
      layer: WITH,
      seen: [
        {
          says: ([large, small]) =>
            `The sums have a std of ${fixed(sums(large), 2)} and ${fixed(sums(small), 2)}; of the outputs ${percent(share(large), 1)} and ${percent(share(small), 1)} are saturated. The scale at the start makes no difference to what the next layer sees.`,
          holds: ([large, small]) =>
            Math.abs(weights(large) / weights(small) - 100) < 0.1 &&
            Math.abs(share(large) - share(small)) < 0.005 &&
            share(small) > 0.01,
        },
      ],
    },
    {
      title: 'Minibatches of four in place of thirty-two',
      runs: [six(wide), six({ ...wide, batch: 4 })],
      until: 100,
      look: 'batchnorm',
      looked: 'how far a minibatch is from the running statistics',
      seen: [
        {
          says: ([many, few]) =>
            `The mean of a minibatch strays from the running mean by ${fixed(noise(many), 2)} stds with ${many.info.settings.batch} examples, by ${fixed(noise(few), 2)} with ${few.info.settings.batch}. Each example is jittered by its neighbours, the more the fewer there are.`,
          holds: ([many, few]) =>
            noise(few) > 1.5 * noise(many) &&
            many.info.settings.batch === 32 &&
            few.info.settings.batch === 4,
        },
      ],
    },
  ],
  facts: [
    { states: 'Of numbers with a std of 1 few lie beyond 2', holds: ([, run]) => share(run) < 0.05 },
    { states: 'tanh(2) is 0.96', holds: () => fixed(Math.tanh(2), 2) === '0.96' },
    { states: 'A std of 1 is no bound', holds: ([, run]) => share(run) > 0 },
  ],
};

const sums = (run: ObservedRun): number => outputStd(layerAt(run, SUMS, 0));
const share = (run: ObservedRun, step = 0): number => saturatedOf(at(run, step))[0];
const weights = (run: ObservedRun): number => parameterAt(run, '2.weight', 0).data.std;

/** Mean distance of the minibatch's means from the running ones, in running stds. */
function noise({ frame }: ObservedRun): number {
  const [{ batchMean, runningMean, runningStd }] = frame.norms;
  return mean(Array.from(batchMean, (value, j) => Math.abs(value - runningMean[j]) / runningStd[j]));
}
