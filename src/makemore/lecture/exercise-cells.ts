import { summarise } from '../../diagnostics/statistics.js';
import { foldBatchNorm } from '../../nn/fold.js';
import type { Cell } from './cell.js';
import { number, text } from './row.js';

/** Two of the lecture’s exercises. */
export const exerciseCells: readonly Cell[] = [
  {
    name: 'zero',
    title: 'Exercise 1: every parameter 0. What can move, and how far the loss comes',
    async run(lecture) {
      const { gradients, loss, floor } = await lecture.zero();
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
      const x = core.indices([Math.min(256, dataset.val.count), dataset.contextLength]);
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
