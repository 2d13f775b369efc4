import { fixed, percent, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { first } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import {
  at,
  chance,
  gradientStd,
  layerAt,
  lossAt,
  outputStd,
  parameterAt,
  saturatedOf,
} from '../readings.js';

const saturated = first({ init: 'softmax' });
const TANH = 'layer 3 Tanh';
const SUMS = 'layer 2 Linear';

export const lesson: Lesson = {
  id: 'saturated-tanh',
  title: 'A saturated hidden layer',
  time: 12 * 60 + 59,
  kind: 'lecture',
  text: [
    'The weights of the last layer are small now, and the first loss is right. Those of the first layer are still as they were drawn.',
    'Each hidden unit adds up 30 inputs, each times a weight, and tanh squeezes the sum into the range from −1 to 1.',
  ],
  question: 'Where do most outputs of the hidden layer lie?',
  runs: [saturated],
  until: 100,
  moments: [0, 1],
  at: 0,
  measures: ['survey'],
  look: 'saturation',
  looked: 'the image: white is saturated',
  layer: TANH,
  choices: [
    {
      answer: 'Evenly between −1 and 1',
      holds: ([run]) => share(run) > 0.02 && share(run) < 0.1,
      word: 'Evenly spread, 3 % would lie beyond 0.97.',
    },
    {
      answer: 'Near 0',
      holds: ([run]) => share(run) <= 0.02,
      word: 'For that the sums themselves would have to be small.',
    },
    {
      answer: 'At −1 and 1',
      holds: ([run]) => share(run) >= 0.5,
      word: {
        says: ([run]) =>
          `The sums have a std of ${fixed(outputStd(layerAt(run, SUMS, 0)), 1)}, and tanh is flat beyond 3.`,
        holds: ([run]) => outputStd(layerAt(run, SUMS, 0)) > 3 && 1 - Math.tanh(3) < 0.01,
      },
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `At the start ${percent(share(run), 0)} of the outputs are beyond ±${at(run).snapshot.threshold}. The loss does not show it: it is ${fixed(lossAt(run, 0), 2)}, as it should be.`,
      holds: ([run]) => share(run) > 0.5 && Math.abs(lossAt(run, 0) - chance(run)) < 0.05,
    },
    {
      says: ([run]) =>
        `Going back, each gradient is multiplied by 1 − h², which is near 0 at both ends. What reaches the sums is ${percent(passed(run), 0)} as wide as what came to the tanh.`,
      holds: ([run]) => passed(run) < 0.4,
    },
    {
      says: ([run]) =>
        `A unit that is at an end for every example would be a white column, and learn nothing: dead. Of ${whole(run.survey?.layers[0].units)} units none is so over all ${whole(run.survey?.examples)} examples.`,
      holds: ([run]) => dead(run) === 0,
    },
  ],
  changes: [
    {
      title: 'Beside it: the first weights times 0.2',
      runs: [saturated, first({ init: 'tanh' })],
      until: 100,
      moments: [0, 1],
      at: 0,
      look: 'saturation',
      looked: 'both images',
      layer: TANH,
      seen: [
        {
          says: ([wide, narrow]) =>
            `Beyond ±${at(narrow).snapshot.threshold} are ${percent(share(narrow), 0)} in place of ${percent(share(wide), 0)}, and ${percent(passed(narrow), 0)} of the gradient’s width passes in place of ${percent(passed(wide), 0)}.`,
          holds: ([wide, narrow]) => share(narrow) < 0.1 && passed(narrow) > passed(wide) + 0.2,
        },
      ],
      facts: [
        {
          states: 'times 0.2',
          holds: ([wide, narrow]) => Math.abs(weights(narrow) / weights(wide) - 0.2) < 1e-6,
        },
      ],
    },
    {
      title: 'Train on to step 2,000: does it recover?',
      runs: [saturated],
      until: 2000,
      moments: [0],
      look: 'saturation',
      looked: 'the image, as white as before',
      layer: TANH,
      seen: [
        {
          says: ([run]) =>
            `${percent(share(run), 0)} at the start, ${percent(share(run, run.frame.step), 0)} after ${whole(run.frame.step)} steps. Where little gradient passes, little moves: training does not mend a bad beginning soon.`,
          holds: ([run]) => Math.abs(share(run) - share(run, run.frame.step)) < 0.1,
        },
      ],
    },
  ],
  facts: [
    { states: '30 inputs', holds: ([run]) => parameterAt(run, '2.weight').shape[0] === 30 },
    { states: 'the range from −1 to 1', holds: () => Math.tanh(-20) === -1 && Math.tanh(20) === 1 },
    { states: 'Evenly spread, 3 % would lie beyond 0.97', holds: () => Math.abs(1 - 0.97 - 0.03) < 1e-9 },
  ],
};

const share = (run: ObservedRun, step = 0): number => saturatedOf(at(run, step))[0];
/** std of the gradient that the tanh lets through, to that of what came to it, in the first step. */
const passed = (run: ObservedRun): number =>
  gradientStd(layerAt(run, SUMS, 1)) / gradientStd(layerAt(run, TANH, 1));
const dead = ({ survey }: ObservedRun): number => survey?.layers[0].dead.length ?? Number.NaN;
const weights = (run: ObservedRun): number => parameterAt(run, '2.weight', 0).data.std;
