import { fixed, percent, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { bare } from '../networks.js';
import type { ObservedRun } from '../observe.js';
import { at, lastLoss, saturatedOf } from '../readings.js';

/** One hidden layer, as in the first network; √2 is the gain for ReLU. */
const relu = { depth: 2, hidden: 200, activation: 'relu', gain: Math.SQRT2 } as const;
/** Dead units after the lesson’s steps, at least. */
const DEAD_BEFORE = 40;
const fast = bare({ ...relu, lr: 2 });

export const lesson: Lesson = {
  id: 'dead-relu',
  title: 'How a ReLU dies',
  time: 12 * 60 + 59,
  order: 1,
  kind: 'what if',
  text: [
    'ReLU, another activation, puts out 0 for every sum below 0, and lets no gradient through there. About half of the outputs are 0, and that is no fault.',
    'A unit is dead when its sum is below 0 for every example there is. The learning rate here is 2, twenty times the lecture’s.',
  ],
  question: 'Of 200 units, how many are dead after 300 steps?',
  runs: [fast],
  until: 300,
  moments: [0],
  measures: ['survey'],
  look: 'saturation',
  looked: 'the image: a white column puts out nothing',
  layer: 'layer 3 ReLU',
  choices: [
    {
      answer: 'None',
      holds: ([run]) => dead(run) === 0,
      word: 'With a rate so high a single update can push a unit below 0 for all examples.',
    },
    {
      answer: 'Some of them',
      holds: ([run]) => dead(run) > 0 && dead(run) < 180,
      word: 'One update too large moves a unit’s weights so that no example reaches it any more.',
    },
    {
      answer: 'Nearly all',
      holds: ([run]) => dead(run) >= 180,
      word: 'Nearly all are silent for most examples; dead is a unit only that is silent for all.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `${whole(dead(run))} units put out 0 for all ${whole(run.survey?.examples)} examples of the training split: they get no gradient from any. At the start ${percent(silent(run, 0), 0)} of the outputs were 0, now it is ${percent(silent(run), 1)}.`,
      holds: ([run]) => dead(run) >= DEAD_BEFORE && silent(run, 0) < 0.55 && silent(run) > 0.95,
    },
    {
      says: ([run]) =>
        `The loss is ${fixed(lastLoss(run), 2)}. With hardly a unit left, little of the context reaches the last layer.`,
      holds: ([run]) => lastLoss(run) > 2.7,
    },
  ],
  changes: [
    {
      title: 'Beside it: a rate of 0.1',
      runs: [fast, bare({ ...relu, lr: 0.1 })],
      until: 300,
      moments: [0],
      measures: ['survey'],
      look: 'saturation',
      looked: 'both images',
      layer: 'layer 3 ReLU',
      seen: [
        {
          says: ([, run]) =>
            `No unit dies; ${percent(silent(run), 0)} of the outputs are 0, about half as at the start. The loss is ${fixed(lastLoss(run), 2)}.`,
          holds: ([, run]) => dead(run) === 0 && Math.abs(silent(run) - 0.5) < 0.1 && lastLoss(run) < 2.6,
        },
      ],
      facts: [{ states: 'a rate of 0.1', holds: ([, run]) => run.frame.lr === 0.1 }],
    },
    {
      title: 'Train on to step 1,000: do they come back?',
      runs: [fast],
      until: 1000,
      moments: [0],
      measures: ['survey'],
      look: 'saturation',
      looked: 'the image',
      layer: 'layer 3 ReLU',
      seen: [
        {
          says: ([run]) =>
            `${whole(dead(run))} are dead now, fewer than before. The weights of a dead unit get no gradient; but the vectors of the characters move on, and carry some units back above 0.`,
          holds: ([run]) => dead(run) > 0 && dead(run) < DEAD_BEFORE,
        },
      ],
    },
  ],
  facts: [
    {
      states: 'puts out 0 for every sum below 0',
      holds: ([run]) => at(run).snapshot.layers[3].kind === 'ReLU',
    },
    { states: 'About half of the outputs are 0', holds: ([run]) => Math.abs(silent(run, 0) - 0.5) < 0.1 },
    { states: 'its sum is below 0 for every', holds: ([run]) => dead(run) > 0 },
    { states: 'rate here is 2', holds: ([run]) => run.frame.lr === 2 },
    { states: 'Of 200 units', holds: ([run]) => run.survey?.layers[0].units === 200 },
    { states: 'below 0 for all examples', holds: ([run]) => dead(run) > 0 },
  ],
};

const dead = ({ survey }: ObservedRun): number => survey?.layers[0].dead.length ?? Number.NaN;
const silent = (run: ObservedRun, step?: number): number => saturatedOf(at(run, step))[0];
