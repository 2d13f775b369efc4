import { fixed, small, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare, six } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, gainOf, parameterAt, weightsOf } from '../readings.js';

const plain = bare({ gain: 5 / 3 });

export const lesson: Lesson = {
  id: 'weights',
  title: 'Weights and their gradients',
  time: 60 * 60 + 36 * 60 + 15,
  kind: 'lecture',
  text: [
    'A gradient is large or small only beside what it is to change. So divide: the std of a weight matrix’s gradient by the std of the matrix itself, grad:data.',
    'The six weight matrices have the gain 5/3, except that the last is multiplied by 0.1 so that the network begins unsure.',
  ],
  question: 'Which matrix has by far the largest grad:data in the first step?',
  runs: [plain],
  until: 300,
  moments: [0, 1],
  look: 'weights',
  looked: 'grad:data, in the table under the images',
  choices: [
    {
      answer: 'The first: it is furthest from the loss',
      holds: ([run]) => largest(run) === 0 && sticksOut(run),
      word: 'With a well-chosen gain gradients are level over the hidden layers, and so is grad:data.',
    },
    {
      answer: 'None: with this gain they are alike',
      holds: ([run]) => !sticksOut(run),
      word: 'The five hidden ones are. The last is not made as they are.',
    },
    {
      answer: 'The last',
      holds: ([run]) => largest(run) === 5 && sticksOut(run),
      word: 'Its weights are small on purpose, and its gradient is not.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `The last has ${fixed(ratios(run)[5], 2)}, the hidden ones between ${small(Math.min(...ratios(run).slice(0, 5)))} and ${small(Math.max(...ratios(run).slice(0, 5)))}. With one rate for all, it moves some ${whole(hundreds(ratios(run)[5] / median(ratios(run))))} times as fast as they.`,
      holds: ([run]) => ratios(run)[5] > 100 * median(ratios(run)),
    },
    {
      says: ([run]) =>
        `That mends itself: its std grows from ${fixed(last(run, 0), 3)} to ${fixed(last(run), 3)}, and after ${whole(run.frame.step)} steps grad:data is ${fixed(ratios(run, run.frame.step)[5], 2)} there, ${small(median(ratios(run, run.frame.step)))} in the middle of all.`,
      holds: ([run]) =>
        last(run) > 3 * last(run, 0) &&
        ratios(run, run.frame.step)[5] < ratios(run)[5] / 3 &&
        ratios(run, run.frame.step)[5] > 5 * median(ratios(run, run.frame.step)),
    },
  ],
  changes: [
    {
      title: 'Train to step 1,000',
      runs: [plain],
      until: 1000,
      moments: [1],
      look: 'weights',
      looked: 'grad:data, in the table under the images',
      seen: [
        {
          says: ([run]) =>
            `${fixed(ratios(run, run.frame.step)[5], 2)} in the last, ${small(median(ratios(run, run.frame.step)))} in the middle of all: from ${whole(Math.round(lead(run, 1)))} times as much in the first step to ${whole(Math.round(lead(run, run.frame.step)))} times.`,
          holds: ([run]) => lead(run, run.frame.step) < lead(run, 1) / 20,
        },
      ],
    },
    {
      title: 'Beside it: batch norm, where γ is made small in place of the weights',
      runs: [plain, six()],
      until: 300,
      moments: [0, 1],
      look: 'weights',
      looked: 'the last matrix of both runs',
      seen: [
        {
          says: ([one, other]) =>
            `The last matrix has ${small(ratios(other)[5])} now, in line with the others, in place of ${fixed(ratios(one)[5], 2)}. It is the last γ that has the small values: all of it begins at ${fixed(gamma(other), 1)}.`,
          holds: ([one, other]) =>
            ratios(other)[5] < 5 * median(ratios(other)) &&
            ratios(one)[5] > 100 * median(ratios(one)) &&
            Math.abs(gamma(other) - 0.1) < 1e-6,
        },
      ],
    },
  ],
  facts: [
    {
      states: 'the gain 5/3',
      holds: ([run]) => Math.abs(gainOf(run) - 5 / 3) < 0.02,
    },
    { states: 'the last is multiplied by 0.1', holds: ([run]) => Math.abs(10 * last(run, 0) - 0.1) < 0.01 },
  ],
};

/** grad:data of the six weight matrices. */
const ratios = (run: ObservedRun, step = 1): number[] =>
  weightsOf(at(run, step)).map(({ gradToData }) => gradToData ?? Number.NaN);
const largest = (run: ObservedRun): number => ratios(run).indexOf(Math.max(...ratios(run)));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
const sticksOut = (run: ObservedRun): boolean => Math.max(...ratios(run)) > 10 * median(ratios(run));
const lead = (run: ObservedRun, step: number): number => ratios(run, step)[5] / median(ratios(run, step));
const hundreds = (value: number): number => 100 * Math.round(value / 100);
const last = (run: ObservedRun, step?: number): number => weightsOf(at(run, step))[5].data.std;
const gamma = (run: ObservedRun): number => parameterAt(run, '18.gamma', 0).data.mean;
