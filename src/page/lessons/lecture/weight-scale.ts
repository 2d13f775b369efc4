import { fixed, percent } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { first } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, layerAt, outputStd, parameterAt, saturatedOf, stdsOf } from '../readings.js';

const SUMS = 'layer 2 Linear';
const TANH = 'layer 3 Tanh';

export const lesson: Lesson = {
  id: 'weight-scale',
  title: 'How large should weights be?',
  time: 27 * 60 + 53,
  kind: 'lecture',
  text: [
    'Against the saturated tanh a factor of 0.2 helped, found by trying. There is a rule for it: look at how far the sums spread, their standard deviation (std).',
    'A hidden unit adds up 30 products. Inputs and weights both have a std of about 1, and are independent.',
  ],
  question: 'What is the std of the sums?',
  runs: [first({ init: 'softmax' }), first({ init: 'kaiming' })],
  until: 100,
  moments: [0],
  at: 0,
  look: 'activations',
  looked: 'the outputs of both hidden layers',
  layer: TANH,
  choices: [
    {
      answer: 'About 1, as of each product',
      holds: ([run]) => sums(run) < 2,
      word: 'A sum of independent numbers grows wider with each of them.',
    },
    {
      answer: 'About √30, which is 5.5',
      holds: ([run]) => Math.abs(sums(run) - Math.sqrt(30)) < 1,
      word: 'Variances add up, stds do not: 30 products of variance 1 make a variance of 30.',
    },
    {
      answer: 'About 30',
      holds: ([run]) => sums(run) > 20,
      word: 'They would have to have the same sign, all of them. Variances add up, stds do not.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `In the first run it is ${fixed(sums(run), 2)}: a little more than √30, for there is a bias of std ${fixed(parameterAt(run, '2.bias', 0).data.std, 1)} too.`,
      holds: ([run]) =>
        sums(run) > Math.sqrt(30) &&
        Math.abs(sums(run) - Math.sqrt(30)) < 0.5 &&
        parameterAt(run, '2.bias', 0).data.std > 0.9,
    },
    {
      says: ([, run]) =>
        `In the second the weights are divided by √30 and multiplied by a gain of 5/3. The sums have a std of ${fixed(sums(run), 2)}, and ${percent(saturatedOf(at(run, 0))[0], 0)} of the outputs are beyond ±${at(run).snapshot.threshold}.`,
      holds: ([wild, run]) =>
        Math.abs(
          parameterAt(run, '2.weight', 0).data.std / parameterAt(wild, '2.weight', 0).data.std -
            5 / 3 / Math.sqrt(30),
        ) < 1e-4 &&
        Math.abs(sums(run) - 5 / 3) < 0.1 &&
        saturatedOf(at(run, 0))[0] < 0.3,
    },
    {
      says: ([, run]) =>
        `Why a gain: tanh makes everything smaller. Of what comes in with ${fixed(sums(run), 2)} it puts out ${fixed(stdsOf(at(run, 0))[0], 2)}; without the gain it would fade from layer to layer.`,
      holds: ([, run]) => stdsOf(at(run, 0))[0] < sums(run) / 2,
    },
  ],
  changes: [
    {
      title: 'Six characters of context: twice the inputs',
      runs: [first({ init: 'softmax', context: 6 }), first({ init: 'kaiming', context: 6 })],
      until: 100,
      moments: [0],
      at: 0,
      look: 'activations',
      looked: 'the outputs of both hidden layers',
      layer: TANH,
      seen: [
        {
          says: ([wild, run]) =>
            `A sum of 60 now: its std is ${fixed(sums(wild), 2)} without the rule and ${fixed(sums(run), 2)} with it. The rule keeps its width whatever the number of inputs, the factor 0.2 would not.`,
          holds: ([wild, run]) =>
            parameterAt(run, '2.weight').shape[0] === 60 &&
            Math.abs(sums(wild) - Math.sqrt(60)) < 0.5 &&
            Math.abs(sums(run) - 5 / 3) < 0.1 &&
            0.2 * sums(wild) < (0.95 * 5) / 3,
        },
      ],
    },
    {
      title: 'The rule beside the factor 0.2',
      runs: [first({ init: 'tanh' }), first({ init: 'kaiming' })],
      until: 100,
      moments: [0],
      at: 0,
      look: 'activations',
      looked: 'the outputs of both hidden layers',
      layer: TANH,
      seen: [
        {
          says: ([run]) =>
            `The rule’s factor is (5/3) / √30 = ${fixed(5 / 3 / Math.sqrt(30), 2)}. With 0.2 the sums have a std of ${fixed(sums(run), 2)}: what a gain of 1.1 would make, a good guess for one hidden layer.`,
          holds: ([run]) => Math.abs(sums(run) - 1.1) < 0.05 && Math.abs(0.2 * Math.sqrt(30) - 1.1) < 0.01,
        },
      ],
      facts: [
        {
          states: 'the factor 0.2',
          holds: ([guess, rule]) =>
            Math.abs(
              parameterAt(guess, '2.weight', 0).data.std / parameterAt(rule, '2.weight', 0).data.std -
                0.2 / (5 / 3 / Math.sqrt(30)),
            ) < 1e-4,
        },
      ],
    },
  ],
  facts: [
    { states: 'a factor of 0.2', holds: ([run]) => Math.abs(0.2 * sums(run) - 1.1) < 0.1 },
    { states: 'adds up 30 products', holds: ([run]) => parameterAt(run, '2.weight').shape[0] === 30 },
    {
      states: 'a std of about 1',
      holds: ([run]) =>
        Math.abs(outputStd(layerAt(run, 'layer 1 Flatten', 0)) - 1) < 0.05 &&
        Math.abs(parameterAt(run, '2.weight', 0).data.std - 1) < 0.05,
    },
    {
      states: '30 products of variance 1 make a variance of 30',
      holds: ([run]) => Math.abs(sums(run) ** 2 - 31) < 3,
    },
  ],
};

/** std of what goes into the tanh, at the start. */
const sums = (run: ObservedRun): number => outputStd(layerAt(run, SUMS, 0));
