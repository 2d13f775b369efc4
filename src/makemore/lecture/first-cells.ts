import type { Tensor } from '../../core/tensor.js';
import { BatchNorm1d } from '../../nn/batchnorm.js';
import { type Cell, finals } from './cell.js';
import { number, text } from './row.js';

/** The names, and the first network from its initial loss to its losses over whole splits. */
export const firstCells: readonly Cell[] = [
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
    title: 'The first network: 12,097 parameters, and its losses on the way',
    async run(lecture) {
      const run = await lecture.first();
      const rows = run.printed.map(([step, loss], i) =>
        number(`loss at step ${step}`, loss, 4, lecture.printed?.mlp.losses[i], 1e-4),
      );
      return [number('parameters', run.parameters, 0), number('steps', run.trainer.steps, 0), ...rows];
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
      const printed = lecture.whole ? lecture.printed?.mlp : undefined;
      return [
        number('train, running', running.train, 6, printed?.train, 1e-5),
        number('val, running', running.val, 6, printed?.val, 1e-5),
        number('test, running', running.test, 6),
        ...(['train', 'val', 'test'] as const).map((split) =>
          number(`${split}, calibrated`, calibrated[split], 6),
        ),
        ...(lecture.lossLog
          ? [number('train of the loss log, calibrated', calibrated.train, 4, lecture.lossLog.bn.train, 2e-3)]
          : []),
      ];
    },
  },
];

function apart(a: Tensor, b: Tensor): number {
  const other = b.toArray();
  return a.toArray().reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0);
}

const range = (edges: Float32Array): string =>
  `${edges[0].toFixed(2)} to ${edges[edges.length - 1].toFixed(2)}`;
