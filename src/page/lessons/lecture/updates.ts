import { fixed, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, chance, lastLoss, lossAt, middleUpdate, saturatedOf, weightsOf } from '../readings.js';

const right = bare({});

export const lesson: Lesson = {
  id: 'updates',
  title: 'How far a step goes',
  time: 60 * 60 + 39 * 60 + 55,
  kind: 'lecture',
  text: [
    'What a step does to a weight is the rate times its gradient. Beside the weights themselves, as the log10 of the ratio of their stds, that is update:data. It shows whether the rate is right before the loss does.',
    'Here the rate is 0.1, in six layers without batch norm.',
  ],
  question: 'By which part of their size do the hidden weights change in a step?',
  runs: [right],
  until: 300,
  look: 'updates',
  looked: 'the lines of update:data, and the one at −3',
  choices: [
    {
      answer: 'About a tenth, −1',
      holds: ([run]) => middleUpdate(run) > -1.5,
      word: 'Ten such steps could make another matrix of it.',
    },
    {
      answer: 'A few thousandths, between −3 and −2',
      holds: ([run]) => middleUpdate(run) <= -1.5 && middleUpdate(run) > -3.5,
      word: 'The lecture’s mark is −3, a thousandth: far above it is too fast, far below too slow.',
    },
    {
      answer: 'A hundred-thousandth, −5',
      holds: ([run]) => middleUpdate(run) <= -4.5,
      word: 'At that pace a weight needs a hundred thousand steps to become another.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `After ${whole(run.frame.step)} steps the five hidden matrices are between ${fixed(Math.min(...hidden(run)), 1)} and ${fixed(Math.max(...hidden(run)), 1)}: a little above the mark, and close together. The rate suits all of them.`,
      holds: ([run]) =>
        Math.min(...hidden(run)) > -3 &&
        Math.max(...hidden(run)) < -2 &&
        Math.max(...hidden(run)) - Math.min(...hidden(run)) < 0.5,
    },
    {
      says: ([run]) =>
        `The last matrix is at ${fixed(ratios(run)[5], 1)}: it began small, and still moves fast. It comes down while its weights grow.`,
      holds: ([run]) => ratios(run)[5] > -1.7 && ratios(run)[5] < -1,
    },
  ],
  changes: [
    {
      title: 'Beside it: a rate of 0.001',
      runs: [right, bare({ lr: 0.001 })],
      until: 300,
      moments: [0, 1],
      look: 'updates',
      looked: 'the lines of both runs',
      seen: [
        {
          says: ([one, slow]) =>
            `Near ${fixed(middleUpdate(slow), 1)} now, and the loss is at ${fixed(lastLoss(slow), 2)} where the other has ${fixed(lastLoss(one), 2)}. Nothing is wrong with this network; it is only slow, and update:data says so from the first step.`,
          holds: ([one, slow]) =>
            Math.max(middleUpdate(slow), middleUpdate(slow, 1)) < -4.8 &&
            lastLoss(slow) > lastLoss(one) + 0.5,
        },
      ],
      facts: [{ states: 'a rate of 0.001', holds: ([, run]) => at(run, 0).lr === 0.001 }],
    },
    {
      title: 'Beside it: a rate of 1',
      runs: [right, bare({ lr: 1 })],
      until: 300,
      moments: [0],
      look: 'updates',
      looked: 'the lines of both runs',
      seen: [
        {
          says: ([, fast]) =>
            `Near ${fixed(middleUpdate(fast), 1)}, and the loss is ${fixed(lastLoss(fast), 2)}: worse than ${fixed(chance(fast), 2)}, which knowing nothing would cost. In the middle layer ${fixed(100 * saturatedOf(at(fast))[2], 0)} % are saturated by now.`,
          holds: ([, fast]) =>
            middleUpdate(fast) > -2 &&
            lastLoss(fast) > chance(fast) &&
            saturatedOf(at(fast))[2] > 0.5 &&
            lossAt(fast, 0) < 3.4,
        },
      ],
      facts: [{ states: 'a rate of 1', holds: ([, run]) => at(run, 0).lr === 1 }],
    },
  ],
  facts: [
    { states: 'log10', holds: ([run]) => Math.abs(update(run) - ratios(run)[0]) < 0.01 },
    { states: 'the rate is 0.1', holds: ([run]) => run.frame.lr === 0.1 },
    { states: 'the one at −3', holds: () => Math.log10(1 / 1000) === -3 },
    { states: 'is −3, a thousandth', holds: () => Math.log10(1 / 1000) === -3 },
  ],
};

/** update:data of the six weight matrices. */
const ratios = (run: ObservedRun, step?: number): number[] =>
  weightsOf(at(run, step)).map(({ updateToData }) => updateToData ?? Number.NaN);
const hidden = (run: ObservedRun, step?: number): number[] => ratios(run, step).slice(0, 5);
/** The same by hand: log10 of the rate times grad:data. */
const update = (run: ObservedRun): number =>
  Math.log10(run.frame.lr * (weightsOf(at(run))[0].gradToData ?? Number.NaN));
