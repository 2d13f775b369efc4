import { fixed, percent } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, gainOf, saturatedOf, stdsOf } from '../readings.js';

const plain = bare({ gain: 1 });

export const lesson: Lesson = {
  id: 'six-layers',
  title: 'A signal through six layers',
  time: 60 * 60 + 26 * 60 + 51,
  kind: 'lecture',
  text: [
    'Six linear layers now, with five tanhs between them, and no batch norm. All weights are divided by √fan-in, and the gain is 1: each linear layer alone keeps the width of its input.',
  ],
  question: 'How wide are the outputs, from the first tanh to the fifth?',
  runs: [plain],
  until: 100,
  moments: [0],
  at: 0,
  look: 'activations',
  looked: 'the outputs of the five tanhs',
  choices: [
    {
      answer: 'Equally wide',
      holds: ([run]) => Math.abs(kept(run) - 1) < 0.2,
      word: 'The linear layers keep the width, but between them stand the tanhs.',
    },
    {
      answer: 'Narrower with each layer',
      holds: ([run]) => kept(run) < 0.8,
      word: 'Each tanh squeezes what it is given, and nothing stretches it again.',
    },
    {
      answer: 'Wider with each layer',
      holds: ([run]) => kept(run) > 1.2,
      word: 'No tanh puts out more than comes in.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `At the start the std falls from ${fixed(stds(run)[0], 2)} to ${fixed(stds(run)[4], 2)}: of the first layer’s width ${percent(kept(run), 0)} is left in the fifth. More layers would leave less.`,
      holds: ([run]) => kept(run) < 0.7 && falls(stds(run)),
    },
    {
      says: ([run]) =>
        `Hardly any output is saturated, ${percent(saturated(run)[0], 1)} in the first layer and ${percent(saturated(run)[4], 1)} in the fifth. It is the other illness: a signal that fades.`,
      holds: ([run]) => saturated(run)[0] < 0.1 && saturated(run)[4] < 0.01,
    },
  ],
  changes: [
    {
      title: 'Beside it: a gain of 5/3',
      runs: [plain, bare({ gain: 5 / 3 })],
      until: 100,
      moments: [0],
      at: 0,
      look: 'activations',
      looked: 'both stacks of layers',
      seen: [
        {
          says: ([, run]) =>
            `From ${fixed(stds(run)[0], 2)} to ${fixed(stds(run)[4], 2)}, and level from the third layer on: 5/3 stretches just about as much as tanh squeezes. ${percent(saturated(run)[4], 0)} are saturated in the fifth, which is healthy.`,
          holds: ([, run]) =>
            kept(run) > 0.8 && Math.abs(stds(run)[4] / stds(run)[2] - 1) < 0.05 && saturated(run)[4] < 0.1,
        },
      ],
      facts: [{ states: 'a gain of 5/3', holds: ([, run]) => Math.abs(gainOf(run) - 5 / 3) < 0.02 }],
    },
    {
      title: 'Beside it: a gain of 3',
      runs: [plain, bare({ gain: 3 })],
      until: 100,
      moments: [0],
      at: 0,
      look: 'activations',
      looked: 'both stacks of layers',
      seen: [
        {
          says: ([, run]) =>
            `Nothing fades, ${fixed(stds(run)[4], 2)} in the fifth layer; but ${percent(saturated(run)[0], 0)} of the first layer and ${percent(saturated(run)[4], 0)} of the fifth are saturated. Too much is no better than too little.`,
          holds: ([, run]) => stds(run)[4] > 0.8 && saturated(run)[0] > 0.4 && saturated(run)[4] > 0.35,
        },
      ],
      facts: [{ states: 'a gain of 3', holds: ([, run]) => Math.abs(gainOf(run) - 3) < 0.03 }],
    },
  ],
  facts: [{ states: 'the gain is 1', holds: ([run]) => Math.abs(gainOf(run) - 1) < 0.01 }],
};

const stds = (run: ObservedRun): number[] => stdsOf(at(run, 0));
const saturated = (run: ObservedRun): number[] => saturatedOf(at(run, 0));
/** Width of the fifth layer’s outputs by that of the first. */
const kept = (run: ObservedRun): number => stds(run)[4] / stds(run)[0];
const falls = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || value < values[i - 1]);
