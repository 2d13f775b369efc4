import { type Cell, finals } from './cell.js';
import type { Lecture } from './lecture.js';
import { number, scientific, text } from './row.js';

/** The six-layer network: its training, its layers and its names. */
export const deepCells: readonly Cell[] = [
  {
    name: 'deep',
    title: 'The six-layer network: 1001 steps',
    async run(lecture) {
      const run = await lecture.deep();
      return [
        number('parameters', run.parameters, 0, lecture.printed && 47_024),
        number('loss at step 0', run.losses[0][1], 4, lecture.printed?.deep.lossAt0),
        number('loss at step 1000', run.losses[1000][1], 4),
      ];
    },
  },
  {
    name: 'activations',
    title: 'Outputs of the tanh layers: the last minibatch, and dead units over the training split',
    async run(lecture) {
      await lecture.deep();
      const { activations, survey } = measured(lecture);
      const examples = survey.examples.toLocaleString('en');
      return activations.flatMap(({ name, mean, std, saturated, dead }, i) => {
        const [printedMean, printedStd, percent] = lecture.printed?.deep.activations[i] ?? [];
        return [
          number(`${name} mean`, mean, 2, printedMean),
          number(`${name} std`, std, 2, printedStd),
          // One of 3200 values may lie on the other side of the threshold.
          number(`${name} saturated, %`, 100 * saturated, 2, percent, 100 / 3200 + 0.006),
          number(`${name} dead units, 32 examples`, dead, 0),
          number(`${name} dead units, all ${examples}`, survey.layers[i].dead.length, 0),
        ];
      });
    },
  },
  {
    name: 'gradients',
    title: 'Gradients at the tanh layers',
    async run(lecture) {
      await lecture.deep();
      return measured(lecture).activationGradients.map(({ name, std }, i) =>
        scientific(`${name} std`, std, 6, lecture.printed?.deep.activationGradients[i][1]),
      );
    },
  },
  {
    name: 'weight-gradients',
    title: 'Gradients of C and the weights, and their size beside the weights',
    async run(lecture) {
      await lecture.deep();
      return measured(lecture).weightGradients.flatMap(({ name, shape, std, gradDataRatio }, i) => {
        const [, printedStd, ratio] = lecture.printed?.deep.weightGradients[i] ?? [];
        const of = `${name} (${shape.join(', ')})`;
        return [
          scientific(`${of} std`, std, 6, printedStd),
          scientific(`${of} grad:data`, gradDataRatio, 6, ratio),
        ];
      });
    },
  },
  {
    name: 'update-to-data',
    title: 'log10 of update:data after the last step; about −3 is healthy',
    async run(lecture) {
      await lecture.deep();
      const { updates } = lecture;
      const last = updates?.log10.at(-1) ?? [];
      return (updates?.names ?? [])
        .map((name, i) => ({ name, value: last[i] }))
        .filter(({ name }) => name === 'C' || name.endsWith('.weight'))
        .map(({ name, value }) => number(name, value, 3));
    },
  },
  {
    name: 'findings',
    title: 'What looks wrong in the six-layer network, in words',
    async run(lecture) {
      await lecture.deep();
      if (lecture.findings.length === 0)
        return [text('nothing', 'layers, gradients and updates are healthy')];
      return lecture.findings.map(({ severity, place, text: words }) => text(`${severity}, ${place}`, words));
    },
  },
  {
    name: 'deep-evaluate',
    title: 'The six-layer network over whole splits',
    async run(lecture) {
      const { running } = finals(await lecture.deep());
      return [
        number('train', running.train, 6, lecture.printed?.deep.train, 1e-5),
        number('val', running.val, 6, lecture.printed?.deep.val, 1e-5),
        number('test', running.test, 6),
      ];
    },
  },
  {
    name: 'samples',
    title: 'Names that it makes up',
    async run(lecture) {
      const { samples } = await lecture.deep();
      return samples.map((name, i) => text(String(i + 1), name, lecture.printed?.deep.samples[i]));
    },
  },
];

function measured({ layers, survey }: Lecture) {
  if (layers === undefined || survey === undefined)
    throw new Error('Lecture: expected a trained six-layer network');
  return { ...layers, survey };
}
