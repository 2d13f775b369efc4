import { fixed, whole } from '../../view/figures.js';
import type { Lesson } from '../lesson.js';
import { first } from '../networks.js';
import { chance, lastLoss, logitsAt, lossAt, parameterAt } from '../readings.js';

const original = first({ init: 'original' });
const calm = first({ init: 'softmax' });

export const lesson: Lesson = {
  id: 'initial-loss',
  title: 'The first loss',
  time: 4 * 60 + 19,
  kind: 'lecture',
  text: [
    'The network reads three characters of a name and tells how likely each of 27 characters is to come next: 26 letters and “.”, the end. It has learned nothing yet: its weights are random numbers.',
    'The loss tells how wrong it is: −ln of the probability that the right character got, on average over a minibatch of 32 examples. Training makes it smaller.',
  ],
  question: 'What is the loss of the very first minibatch?',
  runs: [original],
  until: 300,
  moments: [0],
  look: 'loss',
  looked: 'the loss and its dashed line',
  choices: [
    {
      answer: 'Near 0: it has made no mistake yet',
      holds: ([run]) => lossAt(run, 0) < 1,
      word: 'A loss near 0 needs the right character at a probability near 1, every time.',
    },
    {
      answer: 'About 3.3: all characters are equally likely',
      holds: ([run]) => Math.abs(lossAt(run, 0) - chance(run)) < 1,
      word: {
        says: ([run]) =>
          `That is ln ${run.info.vocabulary.length} = ${fixed(chance(run), 2)}, the loss of one who knows nothing and says so. This network knows nothing and is sure.`,
        holds: ([run]) => lossAt(run, 0) > 2 * chance(run) && logitsAt(run, 0) > 5,
      },
    },
    {
      answer: 'Above 20: it is sure of itself, and wrong',
      holds: ([run]) => lossAt(run, 0) > 20,
      word: 'The logits, which softmax turns into probabilities, lie far apart: one character gets nearly all, mostly a wrong one, and that is what the loss punishes.',
    },
  ],
  seen: [
    {
      says: ([run]) =>
        `The first loss is ${fixed(lossAt(run, 0), 2)} in place of ${fixed(chance(run), 2)}. The logits have a standard deviation (std) of ${fixed(logitsAt(run, 0), 1)}; near 0 would be right.`,
      holds: ([run]) => lossAt(run, 0) > 4 * chance(run) && logitsAt(run, 0) > 5,
    },
    {
      says: ([run]) =>
        `After ${whole(run.frame.step)} steps it is ${fixed(lastLoss(run, 20), 2)}, still above the dashed line: to give every character the same chance would do better. That is why the lecture’s curve looks like a hockey stick.`,
      holds: ([run]) => lastLoss(run, 20) > chance(run) && lastLoss(run, 20) < lossAt(run, 0) / 2,
    },
  ],
  changes: [
    {
      title: 'Beside it: the last weights times 0.01',
      runs: [original, calm],
      until: 300,
      moments: [0],
      look: 'loss',
      looked: 'the two curves',
      seen: [
        {
          says: ([, run]) =>
            `With W₂ · 0.01 and no bias at the end, the logits begin with a std of ${fixed(logitsAt(run, 0), 2)}, and the loss with ${fixed(lossAt(run, 0), 2)}.`,
          holds: ([, run]) => Math.abs(lossAt(run, 0) - chance(run)) < 0.05 && logitsAt(run, 0) < 0.2,
        },
        {
          says: ([wild, run]) =>
            `No step is spent on unlearning. After ${whole(run.frame.step)} steps: ${fixed(lastLoss(run, 20), 2)} against ${fixed(lastLoss(wild, 20), 2)}.`,
          holds: ([wild, run]) => lastLoss(run, 20) < chance(run) && lastLoss(wild, 20) > chance(wild),
        },
      ],
      facts: [
        {
          states: 'times 0.01',
          holds: (runs) => {
            const [wild, scaled] = runs.map((run) => parameterAt(run, '4.weight', 0).data.std);
            return Math.abs(scaled / wild - 0.01) < 0.001;
          },
        },
      ],
    },
    {
      title: 'Both for 2,000 steps: does the bad one catch up?',
      runs: [original, calm],
      until: 2000,
      look: 'loss',
      looked: 'the right end of both curves',
      seen: [
        {
          says: ([wild, run]) =>
            `Over the last 100 steps the one loses ${fixed(lastLoss(wild), 2)}, the other ${fixed(lastLoss(run), 2)}. It comes nearer, and is not there: the beginning costs steps, and more than a few.`,
          holds: ([wild, run]) => lastLoss(wild) > lastLoss(run) + 0.1,
        },
      ],
    },
  ],
  facts: [
    { states: 'three characters', holds: ([run]) => run.info.settings.context === 3 },
    {
      states: '26 letters',
      holds: ([run]) => run.info.vocabulary.slice(1).join('') === 'abcdefghijklmnopqrstuvwxyz',
    },
    { states: 'a minibatch of 32 examples', holds: ([run]) => run.info.settings.batch === 32 },
    { states: '27 characters', holds: ([run]) => run.info.vocabulary.length === 27 },
    {
      states: 'A loss near 0 needs the right character at a probability near 1',
      holds: () => -Math.log(1) === 0,
    },
  ],
};
