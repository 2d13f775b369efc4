import { fixed, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, gainOf, gradientsOf, lastLoss, stdsOf } from '../readings.js';

const linear = { activation: 'none' } as const;
const wide = bare({ ...linear, gain: 5 / 3 });
const level = bare({ ...linear, gain: 1 });

export const lesson: Lesson = {
  id: 'linear-stack',
  title: 'Without a nonlinearity',
  time: 60 * 60 + 32 * 60 + 7,
  kind: 'lecture',
  text: [
    'The five tanhs are taken out of the six layers: in their places stands a function that hands every number on as it is. The gain is still 5/3, which was right for tanh.',
  ],
  question: 'How wide are the outputs, from the first of these places to the fifth?',
  runs: [wide],
  until: 10,
  moments: [0, 1],
  at: 0,
  look: 'activations',
  looked: 'the outputs of the five places',
  choices: [
    {
      answer: 'Level, as with tanh',
      holds: ([run]) => Math.abs(growth(run) - 1) < 0.3,
      word: 'It was tanh that squeezed what the gain had stretched. Nobody squeezes now.',
    },
    {
      answer: 'Narrower with each layer',
      holds: ([run]) => growth(run) < 0.7,
      word: 'Nothing squeezes any more, and the gain stretches.',
    },
    {
      answer: 'Wider with each layer',
      holds: ([run]) => growth(run) > 1.3,
      word: 'Each layer multiplies the width by its gain, and nothing takes it back.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `At the start the std grows from ${fixed(stds(run)[0], 1)} to ${fixed(stds(run)[4], 1)}, by ${fixed(growth(run) ** (1 / 4), 2)} in each layer: the gain, ${fixed(5 / 3, 2)}.`,
      holds: ([run]) => growth(run) > 5 && Math.abs(growth(run) ** (1 / 4) - 5 / 3) < 0.1,
    },
    {
      says: ([run]) =>
        `The gradients do the same on their way back: at the first place they are ${fixed(back(run), 1)} times as wide as at the fifth.`,
      holds: ([run]) => back(run) > 4,
    },
  ],
  changes: [
    {
      title: 'Beside it: a gain of 1',
      runs: [wide, level],
      until: 10,
      moments: [0, 1],
      at: 0,
      look: 'activations',
      looked: 'the outputs of both runs',
      seen: [
        {
          says: ([, run]) =>
            `From ${fixed(stds(run)[0], 2)} to ${fixed(stds(run)[4], 2)}, and the gradients by a factor of ${fixed(back(run), 2)} on the way back. For linear layers alone the right gain is 1; with tanh it is a little more.`,
          holds: ([, run]) => Math.abs(growth(run) - 1) < 0.3 && Math.abs(back(run) - 1) < 0.3,
        },
      ],
      facts: [{ states: 'a gain of 1', holds: ([, run]) => Math.abs(gainOf(run) - 1) < 0.01 }],
    },
    {
      title: 'Six linear layers beside a single one, to step 1,000',
      runs: [level, bare({ ...linear, depth: 1 })],
      until: 1000,
      moments: [0],
      look: 'loss',
      looked: 'both curves',
      seen: [
        {
          says: ([six, one]) =>
            `Over the last 100 steps ${fixed(lastLoss(six), 2)} and ${fixed(lastLoss(one), 2)}. With ${whole(six.info.parameters)} parameters in place of ${whole(one.info.parameters)} the stack does not do better: linear after linear is one linear map. What makes layers worth having is the nonlinearity between them.`,
          holds: ([six, one]) =>
            lastLoss(six) > lastLoss(one) - 0.05 && six.info.parameters > 10 * one.info.parameters,
        },
      ],
    },
  ],
  facts: [{ states: 'The gain is still 5/3', holds: ([run]) => Math.abs(gainOf(run) - 5 / 3) < 0.02 }],
};

const stds = (run: ObservedRun): number[] => stdsOf(at(run, 0));
/** Width at the fifth place by that at the first. */
const growth = (run: ObservedRun): number => stds(run)[4] / stds(run)[0];
/** The same of the gradients, in the first step, the other way round. */
function back(run: ObservedRun): number {
  const gradients = gradientsOf(at(run, 1));
  return gradients[0] / gradients[4];
}
