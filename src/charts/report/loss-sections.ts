import { batchNormWidget, reachOf, widgetTitle } from '../batchnorm-widget.js';
import { lossCurve } from '../loss-curve.js';
import { count, fixed, nats } from '../numbers.js';
import type { ReportData } from './data.js';
import { figure, readings, row, type Section } from './figure.js';
import { type Content, html, nothing, table } from './html.js';
import { readLoss, readLossLog } from './readings.js';

/** Each section is undefined where its data is absent. */
type Maybe = Section | undefined;

export function lossSection(data: ReportData): Maybe {
  const { losses, vocabularySize, lrDrop } = data;
  if (losses.length === 0) return undefined;
  const [step, loss] = losses[losses.length - 1];
  return {
    id: 'loss',
    heading: 'Loss',
    body: html`<p>How surprised the network was by the right next character, in nats: 0 would be certainty, and the dashed
line at ln ${vocabularySize} is where all ${vocabularySize} characters seem equally likely. The logarithm keeps the slow
gains at the end visible beside the fast ones at the start. A healthy curve sets out near the line, falls steeply while
the common letters are learned, then flattens. A hockey stick (a first stretch far above the line) means that the run
began by unlearning its own initialisation.</p>
${
  losses.length < 2
    ? nothing
    : figure(
        {
          id: 'loss-curve',
          label: `Loss over ${count(step + 1)} steps, on a logarithmic axis; the last minibatch lost ${nats(loss, 3)}`,
          describe: (look) => lossCurve({ losses, vocabularySize, lrDrop }, look),
          caption: html`Faint: single minibatches. Dark: mean of log₁₀ over windows of steps.${
            lrDrop === undefined ? '' : ' Upright dashes: the learning rate drops.'
          }`,
        },
        330,
        270,
      )
}${readings(readLoss(data))}`,
  };
}

export function lossLogSection({ lossLog }: ReportData): Maybe {
  if (lossLog === undefined || lossLog.length === 0) return undefined;
  const others = [
    ['PyTorch', lossLog.some(({ torch }) => torch !== undefined), 'torch'],
    ['lecture', lossLog.some(({ lecture }) => lecture !== undefined), 'lecture'],
  ] as const;
  const shown = others.filter(([, present]) => present);
  const pair = (losses: { train: number; val: number } | undefined): Content[] =>
    losses === undefined ? ['–', '–'] : [fixed(losses.train, 4), fixed(losses.val, 4)];
  return {
    id: 'loss-log',
    heading: 'Loss log',
    body: html`<p>The same network from different beginnings, each trained to its end. Reading downwards: calmer logits,
then an unsaturated hidden layer, then batch normalisation. In the lecture most of the gain is in the first two repairs; the
normalisation’s worth shows in deeper networks, where no one can set every scale by hand.</p>
${table({
  caption: 'Losses over whole splits, in nats',
  groups:
    shown.length === 0
      ? []
      : [
          { name: '', columns: 1 },
          { name: 'here', columns: 2 },
          ...shown.map(([name]) => ({ name, columns: 2 })),
        ],
  head: ['init', 'train', 'val', ...shown.flatMap(() => ['train', 'val'])],
  rows: lossLog.map((entry) => [
    entry.init,
    ...pair(entry),
    ...shown.flatMap(([, , from]) => pair(entry[from])),
  ]),
})}${readings(readLossLog(lossLog))}`,
  };
}

export function widgetSection({ widget }: ReportData): Maybe {
  if (widget === undefined || widget.length === 0) return undefined;
  const reach = reachOf(widget);
  return {
    id: 'batchnorm',
    heading: 'What batch normalisation does',
    body: html`<p>Five inputs on the upper line, the five outputs that batch normalisation makes of them on the lower, and a thread from
each to its own. Only the first input moves from picture to picture, yet every output moves: mean and deviation
belong to the batch, so an example is never seen alone. The wider the inputs’ bell (blue), the more the threads
converge; the outputs always fit the same standard bell (orange).</p>
${row(
  widget.map((position, i) => ({
    id: `widget-${i + 1}`,
    label: `${widgetTitle(position)}: inputs ${position.x.map((value) => fixed(value, 2)).join(', ')}; outputs ${position.y.map((value) => fixed(value, 2)).join(', ')}`,
    describe: (look) => batchNormWidget(position, look, reach),
    caption: html`first input ${fixed(position.x[0], 1)} → output ${fixed(position.y[0], 2)}`,
  })),
  215,
)}`,
  };
}
