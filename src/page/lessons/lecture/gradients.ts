import { fixed, small } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, gainOf, gradientsOf, stdsOf } from '../readings.js';

const low = bare({ gain: 0.5 });

export const lesson: Lesson = {
  id: 'gradients',
  title: 'The way back',
  time: 60 * 60 + 30 * 60 + 54,
  kind: 'lecture',
  text: [
    'The same six layers, with a gain of only 0.5. Going forward, the outputs become narrower with each layer.',
    'Now look at the gradients by these outputs. They are made from the last layer back to the first.',
  ],
  question: 'How wide are the gradients, from the fifth tanh back to the first?',
  runs: [low],
  until: 100,
  moments: [0, 1],
  at: 1,
  look: 'gradients',
  looked: 'the gradients of the five tanhs',
  choices: [
    {
      answer: 'Wider with each layer: they make up for it',
      holds: ([run]) => back(run) > 1.25,
      word: 'Back they go through the same weights, only transposed, and these are as small as before.',
    },
    {
      answer: 'Equally wide',
      holds: ([run]) => back(run) <= 1.25 && back(run) >= 0.8,
      word: 'For that each layer would have to keep their width, and these weights are too small.',
    },
    {
      answer: 'Narrower with each layer, once more',
      holds: ([run]) => back(run) < 0.8,
      word: 'Back they go through the same weights, only transposed: what shrinks the signal shrinks the gradient.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `In the first step the std is ${small(gradients(run)[4])} at the fifth tanh and ${small(gradients(run)[0])} at the first, ${fixed(1 / back(run), 0)} times narrower. The outputs fell by as much going forward: from ${fixed(stds(run)[0], 2)} to ${fixed(stds(run)[4], 3)}.`,
      holds: ([run]) => {
        const forward = stds(run)[0] / stds(run)[4];
        return back(run) < 0.1 && Math.abs(Math.log(forward * back(run))) < 0.1;
      },
    },
    {
      says: ([run]) =>
        `After ${run.frame.step} steps it is ${small(last(run)[4])} and ${small(last(run)[0])}: the gap has begun to close, for the weights have grown.`,
      holds: ([run]) =>
        last(run)[0] < last(run)[4] &&
        last(run)[0] / last(run)[4] > back(run) &&
        gainOf(run, run.frame.step) > gainOf(run),
    },
  ],
  changes: [
    {
      title: 'A gain of 3',
      runs: [low, bare({ gain: 3 })],
      until: 100,
      moments: [0, 1],
      at: 1,
      look: 'gradients',
      looked: 'the gradients of both runs',
      seen: [
        {
          says: ([, run]) =>
            `Now they grow on the way back: from ${small(gradients(run)[4])} to ${small(gradients(run)[0])}, ${fixed(back(run), 1)} times as wide, though much of each layer is saturated.`,
          holds: ([, run]) => back(run) > 2,
        },
      ],
      facts: [{ states: 'A gain of 3', holds: ([, run]) => Math.abs(gainOf(run) - 3) < 0.03 }],
    },
    {
      title: 'A gain of 5/3',
      runs: [low, bare({ gain: 5 / 3 })],
      until: 100,
      moments: [0, 1],
      at: 1,
      look: 'gradients',
      looked: 'the gradients of both runs',
      seen: [
        {
          says: ([, run]) =>
            `From ${small(gradients(run)[4])} to ${small(gradients(run)[0])}, ${fixed(back(run), 1)} times as wide: level enough for six layers. What serves the way forward serves the way back.`,
          holds: ([, run]) => back(run) > 1 && back(run) < 1.6,
        },
      ],
      facts: [{ states: 'A gain of 5/3', holds: ([, run]) => Math.abs(gainOf(run) - 5 / 3) < 0.02 }],
    },
  ],
  facts: [{ states: 'a gain of only 0.5', holds: ([run]) => Math.abs(gainOf(run) - 0.5) < 0.01 }],
};

/** At the start: of the first step, before its update. */
const stds = (run: ObservedRun): number[] => stdsOf(at(run, 1));
const gradients = (run: ObservedRun): number[] => gradientsOf(at(run, 1));
const last = (run: ObservedRun): number[] => gradientsOf(at(run));
/** Width at the first tanh by that at the fifth. */
const back = (run: ObservedRun): number => gradients(run)[0] / gradients(run)[4];
