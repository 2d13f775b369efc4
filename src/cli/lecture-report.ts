import { lrAt } from 'lanewise';
import { plainHistogram, type ReportData, runReport } from 'lanewise/charts';
import { batchNormWidget, type Lecture } from 'lanewise/makemore';
import type { LossLogRow } from './loss-log.js';
import { version } from './version.js';

/** Positions of the widget's slider. */
const POSITIONS = [-10, 0, 10];

/** The lecture as the report shows it: the loss of the first network, and the inside of the six-layer one. */
export async function reportOf(lecture: Lecture, lossLog: LossLogRow[] | undefined): Promise<ReportData> {
  const first = await lecture.first();
  const deep = await lecture.deep();
  const { layers, updates, survey } = lecture;
  const initial = await lecture.initialHidden();
  const image = initial.image;
  const record = first.record(version);
  return {
    ...runReport({ record }),
    title: 'makemore, part 3',
    summary:
      'The lecture’s notebook from top to bottom. Losses and the hidden layer are those of its first network ' +
      `(${first.settings.steps.toLocaleString('en')} steps); the layers, gradients and sampled names those of its ` +
      `six-layer network after ${deep.trainer.steps.toLocaleString('en')} steps.`,
    stepsPerSecond: record.stepsPerSecond,
    versions: [
      ['lanewise', version],
      ['Node', process.versions.node],
    ],
    losses: lecture.firstLosses,
    // Of the network whose updates are shown.
    lr: lrAt(deep.trainer.optimizer, deep.trainer.steps - 1),
    ...(lossLog && { lossLog }),
    initial: {
      h: plainHistogram(initial.h),
      preactivation: plainHistogram(initial.preactivation),
      survey: { examples: initial.survey.examples, dead: initial.survey.layers[0].dead },
      saturation: {
        units: image[0].length,
        examples: image.length,
        above: image.map((row) => row.map(Number)),
        threshold: 0.99,
      },
    },
    widget: POSITIONS.map((position) => {
      const { x, y, mean, std } = batchNormWidget(Number(first.settings.seed) + 1, position);
      return { x: Array.from(x), y: Array.from(y), mean, std };
    }),
    ...(survey && { surveyed: survey.examples }),
    ...(layers && {
      activations: layers.activations.map(({ saturated, ...layer }, i) => ({
        ...layer,
        layer: i + 1,
        saturated: 100 * saturated,
        ...(survey && { deadInAll: survey.layers[i].dead.length }),
        histogram: plainHistogram(layer.histogram),
      })),
      activationGradients: layers.activationGradients.map(({ name, mean, std, histogram }, i) => ({
        name,
        mean,
        std,
        layer: i + 1,
        histogram: plainHistogram(histogram),
      })),
      weightGradients: layers.weightGradients.map(
        ({ name, mean, std, shape, gradDataRatio, histogram }, i) => ({
          name,
          mean,
          std,
          shape,
          gradDataRatio,
          layer: i,
          histogram: plainHistogram(histogram),
        }),
      ),
    }),
    ...(updates && {
      updateToData: {
        steps: updates.steps,
        parameters: updates.names.map((name, i) => ({
          name,
          layer: depthOf(name),
          kind: name.endsWith('gamma') ? 'gain' : name.endsWith('beta') ? 'bias' : 'weight',
          log10: updates.log10.map((row) => row[i]),
        })),
      },
    }),
    samples: deep.samples,
    findings: lecture.findings.map(({ severity, place, text }) => ({ severity, place, text })),
  };
}

/** `C` is at depth 0, `layers.0.weight` to `layers.2…` at depth 1: linear, batch norm and tanh make a layer. */
function depthOf(name: string): number {
  const position = /^layers\.(\d+)\./.exec(name)?.[1];
  return position === undefined ? 0 : Math.floor(Number(position) / 3) + 1;
}
