import { fixed, small, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { first } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { lastLoss, parameterAt } from '../readings.js';

const biased = first({ init: 'bn' });

export const lesson: Lesson = {
  id: 'bias-before-norm',
  title: 'A bias that batch norm takes away',
  time: 40 * 60 + 40,
  order: 2,
  kind: 'lecture',
  text: [
    'This first layer has a bias b₁, as before. It is added to the sums, and then batch norm subtracts the mean of the sums.',
  ],
  question: 'How large is the gradient of b₁?',
  runs: [biased],
  until: 100,
  moments: [1],
  measures: ['biases'],
  look: 'batchnorm',
  looked: 'batch norm, and what stands before it',
  choices: [
    {
      answer: 'Like that of the weights',
      holds: ([run]) => probe(run).bias > 0.1 * probe(run).weight,
      word: 'Whatever is the same for every example of a minibatch is in the mean, and goes with it.',
    },
    {
      answer: 'Smaller, but it learns',
      holds: ([run]) =>
        probe(run).bias <= 0.1 * probe(run).weight && probe(run).bias > 1e-4 * probe(run).weight,
      word: 'Not even slowly: what is the same for every example goes with the mean.',
    },
    {
      answer: 'Zero, but for rounding',
      holds: ([run]) => probe(run).bias <= 1e-4 * probe(run).weight,
      word: 'The bias is in the mean too, and is subtracted with it: it changes nothing, so nothing changes it.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `The largest gradient of b₁ is ${small(probe(run).bias)}, of the weights ${small(probe(run).weight)}. The shift β of the batch norm, which does the bias’s work behind it, has ${small(probe(run).beta)}.`,
      holds: ([run]) => probe(run).bias < 1e-6 * probe(run).weight && probe(run).beta > 0.001,
    },
    {
      says: ([run]) =>
        `Add ${whole(run.biases?.shift)} to all of b₁: while training no logit changes by more than ${small(run.biases?.training ?? Number.NaN)}. With the running statistics of before it is ${fixed(run.biases?.evaluation, 2)}: they are of the old bias.`,
      holds: ([run]) => (run.biases?.training ?? 1) < 1e-5 && (run.biases?.evaluation ?? 0) > 0.1,
    },
  ],
  changes: [
    {
      title: 'Beside it: the network without b₁',
      runs: [biased, first({ init: 'notebook' })],
      until: 300,
      look: 'loss',
      looked: 'both curves',
      seen: [
        {
          says: ([with_, without]) =>
            `${whole(with_.info.parameters - without.info.parameters)} parameters fewer, ${whole(without.info.parameters)} in all. Over the last 100 steps the losses are ${fixed(lastLoss(with_), 3)} and ${fixed(lastLoss(without), 3)}; nothing is lost with it.`,
          holds: ([with_, without]) =>
            with_.info.parameters - without.info.parameters === 200 &&
            Math.abs(lastLoss(with_) - lastLoss(without)) < 0.02,
        },
      ],
    },
    {
      title: 'Beside it: b₁ without batch norm',
      runs: [biased, first({ init: 'kaiming' })],
      until: 100,
      moments: [1],
      look: 'weights',
      looked: 'the gradients of the bias',
      seen: [
        {
          says: ([norm, plain]) =>
            `In the first step the gradient of b₁ has a std of ${small(gradient(plain))} without batch norm, of ${small(gradient(norm))} with it. Here it learns, and is worth its place.`,
          holds: ([norm, plain]) => gradient(plain) > 1e-4 && gradient(norm) < 1e-8,
        },
      ],
    },
  ],
};

const probe = ({ biases }: ObservedRun) =>
  biases?.layers[0] ?? { bias: Number.NaN, weight: Number.NaN, beta: Number.NaN };
const gradient = (run: ObservedRun): number => parameterAt(run, '2.bias', 1).gradient?.std ?? Number.NaN;
