import { fixed, percent, small } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, gainOf, gradientsOf, mean, parameterAt, saturatedOf, stdsOf } from '../readings.js';

/** Of the five hidden layers. */
const even = 5 / 3;
const healthy = bare({ gain: even });
const withLast = (gain: number) => bare({ gain: [even, even, even, even, gain] });

export const lesson: Lesson = {
  id: 'last-gain',
  title: 'One layer of another gain',
  time: 60 * 60 + 30 * 60 + 54,
  order: 1,
  kind: 'what if',
  text: [
    'All hidden layers have the gain 5/3, which keeps outputs and gradients level. In the second run the fifth has 0.2, and it alone.',
  ],
  question: 'Whose gradients are much smaller then, in the first step?',
  runs: [healthy, withLast(0.2)],
  until: 100,
  moments: [0, 1],
  at: 1,
  look: 'gradients',
  looked: 'the gradients of both runs, layer by layer',
  choices: [
    {
      answer: 'Only those at the fifth tanh',
      holds: (runs) => smaller(runs, 4) && !smaller(runs, 0),
      word: 'At its tanh they come from behind: from the last layer, which is as it was.',
    },
    {
      answer: 'Those at the first four',
      holds: (runs) => !smaller(runs, 4) && [0, 1, 2, 3].every((layer) => smaller(runs, layer)),
      word: 'They all have to pass the small weights of the fifth layer on their way back.',
    },
    {
      answer: 'None: only the outputs change',
      holds: (runs) => [0, 1, 2, 3, 4].every((layer) => !smaller(runs, layer)),
      word: 'The gradient passes the same weights as the signal.',
    },
  ],
  seen: [
    {
      says: ([one, other]) =>
        `At the fifth tanh the gradients are as wide as before, ${small(gradients(other)[4])}. At the four before it they have ${percent(ratio([one, other]), 0)} of their width, all alike.`,
      holds: (runs) => {
        const ratios = [0, 1, 2, 3].map((layer) => part(runs, layer));
        return Math.abs(part(runs, 4) - 1) < 0.05 && Math.max(...ratios) / Math.min(...ratios) < 1.1;
      },
    },
    {
      says: ([one, other]) =>
        `With the outputs it is the other way round: those of the first four are the same, those of the fifth have a std of ${fixed(stds(other)[4], 2)} in place of ${fixed(stds(one)[4], 2)}.`,
      holds: ([one, other]) =>
        [0, 1, 2, 3].every((layer) => stds(one)[layer] === stds(other)[layer]) &&
        stds(other)[4] < 0.3 * stds(one)[4],
    },
  ],
  changes: [
    {
      title: 'A gain of 10 there',
      runs: [healthy, withLast(10)],
      until: 100,
      moments: [0, 1],
      at: 1,
      look: 'gradients',
      looked: 'the gradients of both runs, layer by layer',
      seen: [
        {
          says: ([one, other]) =>
            `${percent(saturatedOf(at(other, 0))[4], 0)} of the fifth layer are saturated, and still the gradients before it are ${fixed(ratio([one, other]), 1)} times as wide: few pass, but these are multiplied by large weights.`,
          holds: (runs) => saturatedOf(at(runs[1], 0))[4] > 0.7 && ratio(runs) > 2,
        },
      ],
      facts: [{ states: 'A gain of 10', holds: (runs) => Math.abs(gainRatio(runs) - 10 / even) < 0.01 }],
    },
    {
      title: 'A gain of 0.2 in the first layer instead',
      runs: [healthy, bare({ gain: [0.2, even, even, even, even] })],
      until: 100,
      moments: [0, 1],
      at: 0,
      look: 'activations',
      looked: 'the outputs of both runs, layer by layer',
      seen: [
        {
          says: ([one, other]) =>
            `The first layer puts out ${fixed(stds(other)[0], 2)} in place of ${fixed(stds(one)[0], 2)}, and those behind it stretch it again: ${fixed(stds(other)[4], 2)} in the fifth, where ${fixed(stds(one)[4], 2)} was. Here a small gain early is mended by the layers that follow.`,
          holds: ([one, other]) =>
            stds(other)[0] < 0.3 * stds(one)[0] &&
            stds(other)[4] > 0.75 * stds(one)[4] &&
            stds(other)[4] > 2 * stds(other)[0],
        },
      ],
      facts: [
        {
          states: 'A gain of 0.2 in the first layer',
          holds: ([one, other]) => {
            const [whole, part] = [one, other].map((run) => parameterAt(run, '2.weight', 0).data.std);
            return Math.abs(part / whole - 0.2 / even) < 1e-3;
          },
        },
      ],
    },
  ],
  facts: [
    {
      states: 'the gain 5/3',
      holds: ([run]) => Math.abs(gainOf(run) - even) < 0.02,
    },
    { states: 'the fifth has 0.2', holds: (runs) => Math.abs(gainRatio(runs) - 0.2 / even) < 1e-3 },
  ],
};

type Runs = readonly ObservedRun[];

const stds = (run: ObservedRun): number[] => stdsOf(at(run, 0));
const gradients = (run: ObservedRun): number[] => gradientsOf(at(run, 1));
const part = ([one, other]: Runs, layer: number): number => gradients(other)[layer] / gradients(one)[layer];
const smaller = (runs: Runs, layer: number): boolean => part(runs, layer) < 0.5;
/** Of the four layers before the one that is changed. */
const ratio = (runs: Runs): number => mean([0, 1, 2, 3].map((layer) => part(runs, layer)));
const gainRatio = (runs: Runs): number => {
  const [one, other] = runs.map((run) => parameterAt(run, '10.weight', 0).data.std);
  return other / one;
};
