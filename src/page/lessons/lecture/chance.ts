import { fixed, percent, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { first, six } from '../networks.js';
import type { Observed, ObservedRun } from '../observe.js';
import { at, mean, saturatedOf } from '../readings.js';

const one = six();

export const lesson: Lesson = {
  id: 'chance',
  title: 'By chance alone',
  time: 60 * 60 + 46 * 60 + 4,
  order: 2,
  kind: 'what if',
  text: [
    'One run ends a little lower than another: is it the better network, or had it the better luck? Luck can be measured: train the same network twice, with other random numbers.',
    'Both runs are the six layers with batch norm. Only the seed differs: other first weights, other minibatches.',
  ],
  question: 'How far apart are their validation losses at the end?',
  runs: [one, six({ seed: 42n })],
  until: 1000,
  measures: ['splits'],
  look: 'evaluation',
  looked: 'the losses of both runs, over whole splits',
  choices: [
    {
      answer: 'Not at all: it is the same network',
      holds: (runs) => apart(runs) === 0,
      word: 'It is the same network in all but its random numbers, and it goes where these send it.',
    },
    {
      answer: 'By about a hundredth',
      holds: (runs) => apart(runs) > 0.003 && apart(runs) < 0.03,
      word: 'So much comes of luck here. A change that wins no more than that has not shown that it wins anything.',
    },
    {
      answer: 'By a tenth or more',
      holds: (runs) => apart(runs) >= 0.1,
      word: 'Thousands of random weights, and all the minibatches, even out better than that.',
    },
  ],
  seen: [
    {
      says: (runs) =>
        `${fixed(val(runs[0]), 4)} and ${fixed(val(runs[1]), 4)} over all of the validation split: ${fixed(apart(runs), 3)} apart after ${whole(runs[0].frame.step)} steps, by chance alone.`,
      holds: (runs) => apart(runs) > 0.003 && apart(runs) < 0.03,
    },
  ],
  changes: [
    {
      title: 'ReLU in place of tanh: more than chance?',
      runs: [one, six({ activation: 'relu' })],
      until: 1000,
      moments: [0],
      measures: ['splits'],
      look: 'evaluation',
      looked: 'the losses of both runs, over whole splits',
      seen: [
        {
          says: ([tanh, relu]) =>
            `${fixed(val(relu), 4)} with ReLU, ${fixed(val(tanh), 4)} with tanh: ${fixed(apart([tanh, relu]), 3)} apart. That is not much more than another seed makes. It may be an advantage; one run of each does not show it.`,
          holds: ([tanh, relu]) => val(relu) < val(tanh) - 0.003 && apart([tanh, relu]) < 0.04,
        },
        {
          says: ([, relu]) =>
            `At the start ${percent(mean(saturatedOf(at(relu, 0))), 0)} of its outputs are 0. That is how ReLU works, and no fault.`,
          holds: ([, relu]) => Math.abs(mean(saturatedOf(at(relu, 0))) - 0.5) < 0.1,
        },
      ],
    },
    {
      title: 'One hidden layer: batch norm, or weights that are scaled with care?',
      runs: [first({ init: 'notebook' }), first({ init: 'kaiming' })],
      until: 1000,
      measures: ['splits'],
      look: 'evaluation',
      looked: 'the calibrated losses of both runs',
      seen: [
        {
          says: ([norm, scaled]) =>
            `${fixed(calibrated(norm), 4)} with batch norm, its statistics calibrated, and ${fixed(val(scaled), 4)} without: batch norm wins nothing here. In so small a network a well-chosen scale does its work.`,
          holds: ([norm, scaled]) => Math.abs(calibrated(norm) - val(scaled)) < 0.04 && val(scaled) > 2.3,
        },
      ],
    },
  ],
  facts: [
    { states: 'Thousands of random weights', holds: ([run]) => run.info.parameters > 10_000 },
    { states: 'Only the seed differs', holds: (runs) => seeds(runs).size === 2 },
  ],
};

const val = ({ splits }: ObservedRun): number => splits?.running.val ?? Number.NaN;
const calibrated = ({ splits }: ObservedRun): number => splits?.calibrated.val ?? Number.NaN;
const apart = ([a, b]: Observed): number => Math.abs(val(a) - val(b));
const seeds = (runs: Observed) => new Set(runs.map(({ info }) => info.settings.seed));
