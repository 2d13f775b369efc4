import { fixed, percent, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare, six } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, gainOf, lastLoss, mean, middleUpdate, saturatedOf, stdsOf } from '../readings.js';

const low = six({ gain: 0.2 });
const high = six({ gain: 3 });

export const lesson: Lesson = {
  id: 'batch-norm-again',
  title: 'What batch norm forgives',
  time: 60 * 60 + 46 * 60 + 4,
  kind: 'lecture',
  text: [
    'The six layers once more, with batch norm behind each linear one. Two runs: with a gain of 0.2 and with a gain of 3, neither of which one would choose without it.',
  ],
  question: 'What is different between the two, after some hundred steps?',
  runs: [low, high],
  until: 300,
  moments: [0, 1],
  look: 'updates',
  looked: 'update:data of both runs',
  choices: [
    {
      answer: 'The outputs: narrow in one, saturated in the other',
      holds: ([a, b]) => Math.abs(stds(a)[4] - stds(b)[4]) > 0.1,
      word: 'Each batch norm divides the width of its input out again, whatever the gain made of it.',
    },
    {
      answer: 'The updates: they are far larger with the small gain',
      holds: ([a, b]) => Math.abs(stds(a)[4] - stds(b)[4]) <= 0.1 && middleUpdate(a) > middleUpdate(b) + 0.5,
      word: 'The outputs are the same, but smaller weights have larger gradients: a step means more to them.',
    },
    {
      answer: 'Nothing: batch norm evens it all out',
      holds: ([a, b]) =>
        Math.abs(stds(a)[4] - stds(b)[4]) <= 0.1 && Math.abs(middleUpdate(a) - middleUpdate(b)) <= 0.5,
      word: 'Going forward it does. Going back, the gradient of a weight is the larger the smaller the weight is.',
    },
  ],
  seen: [
    {
      says: ([a, b]) =>
        `At the start all five tanhs put out a std between ${fixed(Math.min(...stds(a), ...stds(b)), 2)} and ${fixed(Math.max(...stds(a), ...stds(b)), 2)}, in both runs, with about ${percent(mean([...saturated(a), ...saturated(b)]), 0)} saturated.`,
      holds: ([a, b]) =>
        Math.max(...stds(a), ...stds(b)) - Math.min(...stds(a), ...stds(b)) < 0.02 &&
        Math.max(...saturated(a), ...saturated(b)) < 0.05,
    },
    {
      says: ([a, b]) =>
        `But in the first step the hidden weights change by 10 to the power of ${fixed(middleUpdate(a, 1), 1)} of their size at gain 0.2, of ${fixed(middleUpdate(b, 1), 1)} at gain 3. After ${whole(a.frame.step)} steps it is ${fixed(middleUpdate(a), 1)} and ${fixed(middleUpdate(b), 1)}.`,
      holds: ([a, b]) => middleUpdate(a, 1) > middleUpdate(b, 1) + 2 && middleUpdate(a) > middleUpdate(b) + 1,
    },
    {
      says: ([a, b]) =>
        `Both learn: ${fixed(lastLoss(a), 2)} and ${fixed(lastLoss(b), 2)} over the last 100 steps. Batch norm forgives the gain; the rate one still has to choose.`,
      holds: ([a, b]) => Math.max(lastLoss(a), lastLoss(b)) < 2.8,
    },
  ],
  changes: [
    {
      title: 'Both gains without batch norm',
      runs: [bare({ gain: 0.2 }), bare({ gain: 3 })],
      until: 300,
      moments: [0],
      look: 'activations',
      looked: 'the outputs of both runs',
      seen: [
        {
          says: ([a, b]) =>
            `Now the gain shows: in the fifth layer a std of ${fixed(stds(a)[4], 4)} at 0.2, and ${percent(saturated(b)[4], 0)} saturated at 3. At 0.2 the loss is still ${fixed(lastLoss(a), 2)}, about what one can do without looking at the context.`,
          holds: ([a, b]) =>
            stds(a)[4] < 0.01 && saturated(b)[4] > 0.35 && lastLoss(a) > 2.75 && lastLoss(a) < 2.95,
        },
      ],
    },
    {
      title: 'Gain 3 with a rate ten times as high',
      runs: [high, six({ gain: 3, lr: 1 })],
      until: 300,
      moments: [0],
      look: 'updates',
      looked: 'update:data of both runs',
      seen: [
        {
          says: ([slow, fast]) =>
            `Update:data comes from ${fixed(middleUpdate(slow), 1)} to ${fixed(middleUpdate(fast), 1)}, and the loss from ${fixed(lastLoss(slow), 2)} to ${fixed(lastLoss(fast), 2)}. With batch norm so high a rate does no harm here.`,
          holds: ([slow, fast]) =>
            middleUpdate(fast) > middleUpdate(slow) + 0.3 && lastLoss(fast) < lastLoss(slow),
        },
      ],
      facts: [{ states: 'Gain 3', holds: ([run]) => Math.abs(gainOf(run) - 3) < 0.03 }],
    },
  ],
  facts: [
    { states: 'a gain of 0.2', holds: ([run]) => Math.abs(gainOf(run) - 0.2) < 0.01 },
    { states: 'a gain of 3', holds: ([, run]) => Math.abs(gainOf(run) - 3) < 0.03 },
  ],
};

const stds = (run: ObservedRun): number[] => stdsOf(at(run, 0));
const saturated = (run: ObservedRun): number[] => saturatedOf(at(run, 0));
