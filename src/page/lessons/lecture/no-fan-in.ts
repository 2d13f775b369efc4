import { fixed, percent, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare, six } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, lastLoss, middleUpdate, parameterAt, saturatedOf } from '../readings.js';

/** The gains that undo the division by √fan-in: 30 inputs in the first layer, 100 in the others. */
const undone = [Math.sqrt(30), 10, 10, 10, 10];
const wild = bare({ gain: undone });
const normed = six({ gain: undone });

export const lesson: Lesson = {
  id: 'no-fan-in',
  title: 'Six layers as they are drawn',
  time: 60 * 60 + 46 * 60 + 4,
  order: 1,
  kind: 'what if',
  text: [
    'Suppose nobody had told us about √fan-in: the hidden weights of the six layers have a std of 1, as they are drawn. One run is without batch norm, one with it.',
  ],
  question: 'Does batch norm save the second run?',
  runs: [wild, normed],
  until: 300,
  moments: [0, 1],
  at: 0,
  look: 'activations',
  looked: 'the outputs of both runs',
  choices: [
    {
      answer: 'No: both are saturated',
      holds: ([, run]) => Math.min(...saturated(run)) > 0.3,
      word: 'Saturated is only the one without.',
    },
    {
      answer: 'Yes, in every respect',
      holds: ([, run]) => Math.max(...saturated(run)) < 0.1 && middleUpdate(run) > -3.5,
      word: 'Its outputs are healthy. Its steps are not.',
    },
    {
      answer: 'Its outputs; but its weights hardly move',
      holds: ([, run]) => Math.max(...saturated(run)) < 0.1 && middleUpdate(run) <= -3.5,
      word: 'Weights ten times too large have gradients ten times too small.',
    },
  ],
  seen: [
    {
      says: ([one, other]) =>
        `Without batch norm ${percent(Math.min(...saturated(one)), 0)} to ${percent(Math.max(...saturated(one)), 0)} of the layers are saturated at the start, with it ${percent(Math.max(...saturated(other)), 0)} at most.`,
      holds: ([one, other]) => Math.min(...saturated(one)) > 0.6 && Math.max(...saturated(other)) < 0.05,
    },
    {
      says: ([one, other]) =>
        `Yet after ${whole(other.frame.step)} steps update:data is ${fixed(middleUpdate(other), 1)} with batch norm, less than a tenth of the lecture’s mark of −3, and the loss ${fixed(lastLoss(other), 2)}, hardly better than ${fixed(lastLoss(one), 2)} without.`,
      holds: ([one, other]) => middleUpdate(other) < -4 && lastLoss(other) > lastLoss(one) - 0.05,
    },
  ],
  changes: [
    {
      title: 'Ten times the rate for the run with batch norm',
      runs: [normed, six({ gain: undone, lr: 1 })],
      until: 300,
      moments: [0, 1],
      look: 'updates',
      looked: 'update:data of both runs',
      seen: [
        {
          says: ([slow, fast]) =>
            `Update:data rises from ${fixed(middleUpdate(slow), 1)} to ${fixed(middleUpdate(fast), 1)}, and the loss comes down from ${fixed(lastLoss(slow), 2)} to ${fixed(lastLoss(fast), 2)}. So the lecture has it: batch norm, and a higher rate.`,
          holds: ([slow, fast]) =>
            middleUpdate(fast) > middleUpdate(slow) + 0.7 && lastLoss(fast) < lastLoss(slow) - 0.1,
        },
      ],
    },
    {
      title: 'With √fan-in, and no batch norm',
      runs: [wild, bare({ gain: 5 / 3 })],
      until: 300,
      moments: [0, 1],
      at: 0,
      look: 'activations',
      looked: 'the outputs of both runs',
      seen: [
        {
          says: ([one, other]) =>
            `At most ${percent(Math.max(...saturated(other)), 0)} saturated, and a loss of ${fixed(lastLoss(other), 2)} in place of ${fixed(lastLoss(one), 2)}. Well scaled, six layers need no batch norm; they need somebody who scales them.`,
          holds: ([one, other]) =>
            Math.max(...saturated(other)) < 0.3 && lastLoss(other) < lastLoss(one) - 0.2,
        },
      ],
    },
  ],
  facts: [
    { states: 'a std of 1', holds: ([run]) => Math.abs(parameterAt(run, '4.weight', 0).data.std - 1) < 0.02 },
  ],
};

const saturated = (run: ObservedRun): number[] => saturatedOf(at(run, 0));
