import { fixed, percent, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { first, six } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at } from '../readings.js';

const notebook = first({ init: 'notebook' });
/** Nats that are as good as none. */
const ALIKE = 0.002;

export const lesson: Lesson = {
  id: 'running-statistics',
  title: 'Batch, running or calibrated',
  time: 40 * 60 + 40,
  order: 1,
  kind: 'what if',
  text: [
    'To make up a name there is no minibatch, only one context. What shall its sums be normalised by? Two answers: the running statistics, a moving average that each minibatch moves by 0.001; or calibrated ones, taken once from the whole training split.',
    'Both are tried here, on the whole splits, soon after the start.',
  ],
  question: 'With which is the validation loss lower?',
  runs: [notebook],
  until: 300,
  moments: [0],
  measures: ['splits'],
  look: 'evaluation',
  looked: 'the losses of whole splits, both ways',
  choices: [
    {
      answer: 'With the running ones: they followed the training',
      holds: ([run]) => val(run).running < val(run).calibrated - ALIKE,
      word: 'The running ones follow slowly, and begin at mean 0 and std 1, which is a guess.',
    },
    {
      answer: 'With the calibrated ones',
      holds: ([run]) => val(run).calibrated < val(run).running - ALIKE,
      word: 'The calibrated ones are of this network as it is; the running ones are still mostly a guess.',
    },
    {
      answer: 'No difference',
      holds: ([run]) => Math.abs(val(run).calibrated - val(run).running) <= ALIKE,
      word: 'There is hardly any in the end. It takes more steps than these.',
    },
  ],
  seen: [
    {
      says: ([run]) => `Running ${fixed(val(run).running, 4)}, calibrated ${fixed(val(run).calibrated, 4)}.`,
      holds: ([run]) => val(run).calibrated < val(run).running - 0.01,
    },
    {
      says: ([run]) =>
        `After ${whole(run.frame.step)} steps ${percent(guess(run), 0)} of the running statistics are still what they began with, 0.999 to the power of ${whole(run.frame.step)}. The unit they know least about has a std of ${fixed(furthest(run).calibrated, 2)}, and they say ${fixed(furthest(run).running, 2)}.`,
      holds: ([run]) => guess(run) > 0.7 && Math.abs(furthest(run).calibrated - furthest(run).running) > 0.3,
    },
  ],
  changes: [
    {
      title: 'Train to step 3,000',
      runs: [notebook],
      until: 3000,
      measures: ['splits'],
      look: 'evaluation',
      looked: 'how near the two losses have come',
      seen: [
        {
          says: ([run]) =>
            `${fixed(val(run).running, 4)} and ${fixed(val(run).calibrated, 4)}: of the guess ${percent(guess(run), 0)} is left. And the weights move on while the average follows.`,
          holds: ([run]) =>
            guess(run) < 0.06 &&
            val(run).running - val(run).calibrated < 0.01 &&
            val(run).running > val(run).calibrated,
        },
      ],
    },
    {
      title: 'A momentum of 0.1, as the lecture’s BatchNorm1d has it',
      runs: [six({ depth: 2, hidden: 200 })],
      until: 300,
      measures: ['splits'],
      look: 'evaluation',
      looked: 'the losses of whole splits',
      seen: [
        {
          says: ([run]) =>
            `${fixed(val(run).running, 4)} and ${fixed(val(run).calibrated, 4)}: no difference to speak of. The guess is forgotten in some fifty steps; the price is that fewer minibatches are in the average, and it is noisier.`,
          holds: ([run]) => Math.abs(val(run).calibrated - val(run).running) < ALIKE && 0.9 ** 50 < 0.01,
        },
      ],
      facts: [
        { states: 'A momentum of 0.1, as', holds: ([run]) => momentum(run) === 0.1 },
        { states: 'BatchNorm1d', holds: ([run]) => run.frame.norms[0].place.endsWith('BatchNorm1d') },
      ],
    },
  ],
  facts: [
    { states: 'moves by 0.001', holds: ([run]) => momentum(run) === 0.001 },
    {
      states: 'begin at mean 0 and std 1',
      holds: ([run]) => {
        const [{ runningMean, runningStd }] = at(run, 0).norms;
        return runningMean.every((mean) => mean === 0) && runningStd.every((std) => std === 1);
      },
    },
  ],
};

const val = ({ splits }: ObservedRun) => ({
  running: splits?.running.val ?? Number.NaN,
  calibrated: splits?.calibrated.val ?? Number.NaN,
});
const momentum = ({ frame }: ObservedRun): number => frame.norms[0].momentum;
/** Share of what the running statistics began with in what they are. */
const guess = (run: ObservedRun): number => (1 - momentum(run)) ** run.frame.step;
const furthest = ({ splits }: ObservedRun) =>
  splits?.norms[0].furthestStd ?? { running: Number.NaN, calibrated: Number.NaN };
