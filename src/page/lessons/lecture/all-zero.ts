import { fixed, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { first } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, chance, lastLoss, lossAt, outputStd, parameterAt } from '../readings.js';

const zero = first({ init: 'zero' });

export const lesson: Lesson = {
  id: 'all-zero',
  title: 'All parameters zero',
  time: 27 * 60 + 53,
  order: 1,
  kind: 'exercise',
  text: [
    'Exercise E01. Small weights begin well. Why not the smallest: every vector, weight and bias zero? The first loss is that of knowing nothing; from there it could train.',
    'Follow one step by hand before you answer: what does the hidden layer put out, and which gradients are made of it?',
  ],
  question: 'What does the network learn?',
  runs: [zero],
  until: 1000,
  moments: [1],
  look: 'weights',
  looked: 'which gradients there are',
  choices: [
    {
      answer: 'All it has to: gradients get it going',
      holds: ([run]) => moving(run).length === 5,
      word: 'A gradient is a product with what lies before and behind it, and there zeros lie.',
    },
    {
      answer: 'Only the last layer learns: W₂ and b₂',
      holds: ([run]) => moving(run).join() === '4.weight,4.bias',
      word: 'The gradient of W₂ is made of what the hidden layer puts out, and that is tanh(0) = 0.',
    },
    {
      answer: 'Only the last bias learns: how often each character comes',
      holds: ([run]) => moving(run).join() === '4.bias',
      word: 'It alone gets a gradient that is made neither of the hidden outputs nor of W₂, which are zero for good.',
    },
    {
      answer: 'Nothing: zero stays zero',
      holds: ([run]) => moving(run).length === 0,
      word: 'The logits have a gradient from the first step: probabilities less the target. One parameter gets it whole.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `Of the five parameters only b₂ is not zero: after ${whole(run.frame.step)} steps it has a std of ${fixed(parameterAt(run, '4.bias').data.std, 2)}. The gradients of C, W₁, b₁ and W₂ are zero, exactly.`,
      holds: ([run]) => moving(run).join() === '4.bias' && still(run).length === 4,
    },
    {
      says: ([run]) =>
        `The loss went from ${fixed(lossAt(run, 0), 4)}, which is ln ${run.info.vocabulary.length}, to ${fixed(lastLoss(run), 2)} over the last 100 steps. Lower it does not get: to know how often each character comes is worth no more.`,
      holds: ([run]) =>
        Math.abs(lossAt(run, 0) - chance(run)) < 1e-4 && lastLoss(run) > 2.78 && lastLoss(run) < 2.86,
    },
    {
      says: ([run]) =>
        `Whatever the context is, the hidden layer puts out ${fixed(at(run).snapshot.layers[3].output?.max, 0)}, and the chances are the same.`,
      holds: ([run]) => outputStd(at(run).snapshot.layers[3]) === 0,
    },
  ],
  changes: [
    {
      title: 'Beside it: the same network, begun at random',
      runs: [zero, first({ init: 'kaiming' })],
      until: 1000,
      look: 'loss',
      looked: 'both curves',
      seen: [
        {
          says: ([nothing, run]) =>
            `It begins at ${fixed(lossAt(run, 0), 2)}, hardly different, and is at ${fixed(lastLoss(run), 2)} where the other has ${fixed(lastLoss(nothing), 2)}. Random numbers are there to be different from one another, not to be large.`,
          holds: ([nothing, run]) =>
            Math.abs(lossAt(run, 0) - lossAt(nothing, 0)) < 0.02 && lastLoss(run) < lastLoss(nothing) - 0.3,
        },
      ],
    },
    {
      title: 'Ten times the rate: does that get it going?',
      runs: [zero, first({ init: 'zero', lr: 1 })],
      until: 1000,
      look: 'loss',
      looked: 'both curves',
      seen: [
        {
          says: ([slow, fast]) =>
            `${fixed(lastLoss(fast), 2)} against ${fixed(lastLoss(slow), 2)}: no. ${moving(fast).length === 1 ? 'Still only b₂ moves' : ''}; ten times nothing is nothing.`,
          holds: ([slow, fast]) =>
            moving(fast).join() === '4.bias' && Math.abs(lastLoss(fast) - lastLoss(slow)) < 0.1,
        },
      ],
    },
  ],
  facts: [
    { states: 'E01', holds: ([run]) => run.info.settings.net === 'mlp' && run.info.settings.init === 'zero' },
    { states: 'tanh(0) = 0', holds: () => Math.tanh(0) === 0 },
  ],
};

const parameters = (run: ObservedRun) => at(run).snapshot.parameters;
/** Those that are not zero any more. */
const moving = (run: ObservedRun): string[] =>
  parameters(run)
    .filter(({ data }) => data.std > 0)
    .map(({ name }) => name);
/** Those whose gradient is zero in each element. */
const still = (run: ObservedRun): string[] =>
  parameters(run)
    .filter(({ gradient }) => gradient?.std === 0 && gradient.mean === 0)
    .map(({ name }) => name);
