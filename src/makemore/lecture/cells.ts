import type { Tensor } from '../../core/tensor.js';
import { summarise } from '../../diagnostics/statistics.js';
import { BatchNorm1d } from '../../nn/batchnorm.js';
import { foldBatchNorm } from '../../nn/fold.js';
import type { Run } from '../run.js';
import { lectureSettings } from '../settings.js';
import { zeroInitialisation } from './exercises.js';
import type { Lecture } from './lecture.js';
import { lossLog, statistics } from './printed.js';
import { number, type Row, scientific, text } from './row.js';
import { batchNormWidget, linearBatchNormStatistics, linearStatistics } from './statistics.js';
import { varianceRows } from './variance-rows.js';

/** A cell of the notebook: what it shows, and how it is computed here. */
export interface Cell {
  name: string;
  title: string;
  run(lecture: Lecture): Promise<Row[]>;
}

const SEED = lectureSettings.seed as number;

/** The notebook from top to bottom, and two of the lecture's exercises. */
export const cells: readonly Cell[] = [
  {
    name: 'data',
    title: 'The names, and the examples made of them',
    async run(lecture) {
      const { names, printed } = lecture;
      const { dataset } = await lecture.first();
      const longest = names.names.reduce((most, name) => Math.max(most, [...name].length), 0);
      return [
        number('names', names.names.length, 0, printed?.words),
        number('longest name, characters', longest, 0),
        text('first names', names.names.slice(0, 8).join(' ')),
        number('vocabulary', dataset.vocabulary.size, 0, printed?.vocabulary),
        ...(['train', 'val', 'test'] as const).map((split) =>
          number(`examples in ${split}`, dataset[split].count, 0, printed?.[split]),
        ),
      ];
    },
  },
  {
    name: 'initial-loss',
    title: 'What the loss should be before training: ln of the vocabulary',
    async run(lecture) {
      const run = await lecture.first();
      return [
        number('ln(vocabulary)', Math.log(run.dataset.vocabulary.size), 4),
        number('loss at step 0', run.losses[0][1], 4, lecture.printed?.mlp.losses[0]),
      ];
    },
  },
  {
    name: 'train',
    title: 'The first network: 12,097 parameters, 200,000 steps',
    async run(lecture) {
      const run = await lecture.first();
      const rows = run.printed.map(([step, loss], i) =>
        number(`loss at step ${step}`, loss, 4, lecture.printed?.mlp.losses[i], 1e-4),
      );
      return [number('parameters', run.parameters, 0), ...rows];
    },
  },
  {
    name: 'hidden',
    title: 'The hidden layer before training: 200 units on 32 examples, and on the training split',
    async run(lecture) {
      const { h, preactivation, saturated, image, survey } = await lecture.initialHidden();
      const [all] = survey.layers;
      const examples = survey.examples.toLocaleString('en');
      const units = image[0].length;
      const white = Array.from({ length: units }, (_, j) => image.every((row) => row[j]));
      return [
        text('pre-activations, range', range(preactivation.edges)),
        text('h = tanh of them, range', range(h.edges)),
        number('|h| > 0.97, %', 100 * saturated, 2),
        number(`dead units (|h| > 0.99) in all ${image.length} examples`, white.filter(Boolean).length, 0),
        number(`dead units in all ${examples} of the training split`, all.dead.length, 0),
        number('|h| > 0.97 over the training split, %', 100 * all.saturated, 2),
        number('most often saturated unit, % of its examples', 100 * Math.max(...all.units), 2),
      ];
    },
  },
  {
    name: 'calibrate',
    title: 'Mean and deviation over the whole training set, beside the running ones',
    async run(lecture) {
      const run = await lecture.first();
      const norm = run.model.layers.find((layer) => layer instanceof BatchNorm1d) as BatchNorm1d;
      const { running, calibrated } = finals(run);
      return [
        number('largest difference of a unit’s mean', apart(norm.runningMean, norm.calibratedMean), 4),
        number(
          'largest difference of a unit’s deviation',
          apart(norm.runningSpread, norm.calibratedSpread),
          4,
        ),
        number('difference of the loss over train', calibrated.train - running.train, 6),
      ];
    },
  },
  {
    name: 'evaluate',
    title: 'The first network over whole splits',
    async run(lecture) {
      const { running, calibrated } = finals(await lecture.first());
      return [
        number('train, running', running.train, 6, lecture.printed?.mlp.train, 1e-5),
        number('val, running', running.val, 6, lecture.printed?.mlp.val, 1e-5),
        number('test, running', running.test, 6),
        ...(['train', 'val', 'test'] as const).map((split) =>
          number(`${split}, calibrated`, calibrated[split], 6),
        ),
        ...(lecture.names.lecture
          ? [number('train of the loss log, calibrated', calibrated.train, 4, lossLog.bn.train, 2e-3)]
          : []),
      ];
    },
  },
  {
    name: 'linear',
    title: 'A linear layer of 1000 by 1000 without a gain: standard deviations',
    async run(lecture) {
      const core = await lecture.core();
      try {
        return compare(linearStatistics(core, SEED), statistics.linear);
      } finally {
        core.dispose();
      }
    },
  },
  {
    name: 'linear-batchnorm',
    title: 'The same with batch norm behind it',
    async run(lecture) {
      const core = await lecture.core();
      try {
        return compare(linearBatchNormStatistics(core, SEED), statistics.linearBatchNorm);
      } finally {
        core.dispose();
      }
    },
  },
  {
    name: 'widget',
    title: 'Batch norm of five numbers, the first on a slider',
    async run() {
      return [-30, 0, 30].map((first) => {
        const { mean, std, y } = batchNormWidget(SEED + 1, first);
        const out = Array.from(y, (value) => value.toFixed(2)).join(' ');
        return text(`x[0] = ${first}: mu ${mean.toFixed(2)}, std ${std.toFixed(2)}`, out);
      });
    },
  },
  {
    name: 'variance',
    title:
      'Batch norm of one batch as the lecture, torch and the paper have it: variance while training and later',
    async run(lecture) {
      return varianceRows(await lecture.variances());
    },
  },
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
  {
    name: 'zero',
    title: 'Exercise 1: every parameter 0. What can move, and how far the loss comes',
    async run(lecture) {
      const { gradients, loss, floor } = await zeroInitialisation(lecture.names);
      return [
        ...gradients.map(({ name, largest }) =>
          text(`largest |gradient| of ${name}`, largest === 0 ? '0 in every step' : largest.toFixed(6)),
        ),
        number('loss over train after 10,000 steps', loss, 4),
        number('entropy of the targets, the floor', floor, 4),
      ];
    },
  },
  {
    name: 'fold',
    title: 'Exercise 2: batch norm folded into the linear layer before it',
    async run(lecture) {
      const run = await lecture.first();
      const { core, model, dataset } = run;
      const x = core.indices([256, dataset.contextLength]);
      x.gather(dataset.val.x, 0);
      const folded = foldBatchNorm(core, model);
      model.eval();
      const logits = model.forward(x).toArray();
      const { max, min } = summarise(model.forward(x));
      const again = folded.forward(x).toArray();
      const difference = logits.reduce((most, value, i) => Math.max(most, Math.abs(value - again[i])), 0);
      model.train();
      return [
        text('layers before', model.layers.map((layer) => layer.constructor.name).join(' ')),
        text('layers after', folded.layers.map((layer) => layer.constructor.name).join(' ')),
        text('largest difference of a logit', difference.toExponential(1)),
        text('logits between', `${min.toFixed(2)} and ${max.toFixed(2)}`),
      ];
    },
  },
];

const finals = ({ final }: Run) => {
  if (final === null) throw new Error('Lecture: expected an evaluated run');
  return final;
};

function measured({ layers, survey }: Lecture) {
  if (layers === undefined || survey === undefined)
    throw new Error('Lecture: expected a trained six-layer network');
  return { ...layers, survey };
}

function apart(a: Tensor, b: Tensor): number {
  const other = b.toArray();
  return a.toArray().reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0);
}

const range = (edges: Float32Array): string =>
  `${edges[0].toFixed(2)} to ${edges[edges.length - 1].toFixed(2)}`;

/** Within 1e-5 of the printed value: sums of a million products differ in the sixth digit. */
const compare = (ours: Record<string, number>, printed: Record<string, number>): Row[] =>
  Object.entries(ours).map(([name, value]) => number(name, value, 6, printed[name], 1e-5 * Math.abs(value)));
