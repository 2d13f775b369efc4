import { commonBounds, cutPeaks, type LayerStats, layerHistograms } from '../layer-histograms.js';
import { count, fixed, percent, scientific, tidy } from '../numbers.js';
import { layerColour, light, namedColours } from '../theme.js';
import { colourOf, isWeight, pointWindow, TARGET, updateRatios } from '../update-ratio.js';
import { type ActivationKind, activationKind } from './activation-kinds.js';
import type { ReportData } from './data.js';
import { figure, readings, type Section } from './figure.js';
import { type Content, type Html, html, key, nothing, table } from './html.js';
import { readActivations, readGradients, readUpdates, readWeightGradients } from './layer-readings.js';
import { recent } from './readings.js';

/** Each section is undefined where its data is absent. */
type Maybe = Section | undefined;

const variableOf = new Map(namedColours(light).map(([name, colour]) => [colour, name]));
const layerKey = ({ name, layer }: LayerStats) =>
  key(variableOf.get(layerColour(light, layer)) ?? 'ink', name);
const vectors = {
  gain: { variable: 'scale', name: 'gains' },
  bias: { variable: 'shift', name: 'biases' },
};
const small = (value: number): string => scientific(value);
const ratio = (value: number): string => (value < 0.0005 ? scientific(value, 2) : fixed(value, 4));
const rate = (value: number): string => (value >= 10_000 ? scientific(value, 2) : tidy(value, 2));
const plain = (value: number): string => fixed(value, 3);

/** Most lines of a kind in a chart: more cannot be told apart, and take longer to draw than a run to train. */
const LINES = 40;

/** As many as are drawn, from the first to the last at equal distances. */
export const spread = <T>(all: readonly T[]): readonly T[] =>
  all.length <= LINES
    ? all
    : Array.from({ length: LINES }, (_, i) => all[Math.round((i * (all.length - 1)) / (LINES - 1))]);

/** Says which lines and peaks the chart leaves out, if any. */
function caption(layers: readonly LayerStats[], drawn: readonly LayerStats[]): { caption?: string } {
  const words = [left(layers), cut(drawn)].filter((text) => text !== '');
  return words.length === 0 ? {} : { caption: words.join(' ') };
}

const left = (all: readonly unknown[]): string =>
  all.length <= LINES ? '' : `${LINES} of ${count(all.length)} lines are drawn; the table has all.`;

function cut(layers: readonly LayerStats[]): string {
  const peaks = cutPeaks(layers).map(({ name, height }) => `${name} (${tidy(height, 3)})`);
  return peaks.length === 0
    ? ''
    : `Higher than the chart, so as not to flatten the rest: ${peaks.join(', ')}.`;
}

/** The bins that hold nothing but what is above 0. */
function aboveZero(layer: LayerStats): LayerStats {
  const { edges, values } = layer.histogram;
  const first = edges.findIndex((edge) => edge > 0);
  const from = first < 0 ? values.length : first;
  return { ...layer, histogram: { edges: edges.slice(from), values: values.slice(from) } };
}

/** The same of the outputs of any activation layers: histogram, table, readings. `id` is the figure's own. */
export function outputs(
  id: string,
  layers: readonly LayerStats[],
  kind: ActivationKind,
  threshold: number,
  surveyed?: number,
): Html {
  const { name, closed, rule, rectifies = false } = kind;
  const drawn = spread(rectifies ? layers.map(aboveZero) : layers);
  const bounds: [number, number] | undefined = rectifies ? [0, commonBounds(drawn)[1]] : kind.bounds;
  const saturated = layers.some((layer) => layer.saturated !== undefined);
  const dead = kind.dies && layers.some((layer) => layer.dead !== undefined);
  const surveys = surveyed !== undefined && layers.some((layer) => layer.deadInAll !== undefined);
  const deadHeads = surveys ? ['dead in the batch', `dead in all ${count(surveyed)}`] : ['dead units'];
  const range = bounds === undefined ? '' : ` between ${tidy(bounds[0])} and ${bounds[1]}`;
  return html`${figure(
    {
      id,
      label: `Densities of the outputs of ${layers.length} ${name} layer${layers.length === 1 ? '' : 's'}${range}`,
      describe: (look) =>
        layerHistograms({ layers: drawn, quantity: `${name} output`, ...(bounds && { bounds }) }, look),
      ...caption(layers, drawn),
    },
    300,
  )}${table({
    caption: saturated ? `${kind.Closed}: ${rule(threshold)}` : `Outputs of the ${name} layers`,
    head: ['layer', 'mean', 'std', ...(saturated ? [closed] : []), ...(dead ? deadHeads : [])],
    rows: layers.map((layer): Content[] => [
      layerKey(layer),
      plain(layer.mean),
      plain(layer.std),
      ...(saturated ? [layer.saturated === undefined ? '–' : percent(layer.saturated, 2)] : []),
      ...(dead ? [layer.dead === undefined ? '–' : count(layer.dead)] : []),
      ...(dead && surveys ? [layer.deadInAll === undefined ? '–' : count(layer.deadInAll)] : []),
    ]),
  })}${readings(readActivations(layers, surveyed, kind))}`;
}

export function activationsSection({
  activations: layers,
  activation,
  saturationThreshold = 0.97,
  surveyed,
}: ReportData): Maybe {
  if (layers === undefined || layers.length === 0) return undefined;
  const kind = activationKind(activation);
  const stack =
    layers.length === 1
      ? html`The outputs of the ${kind.name} layer.`
      : html`The outputs of each ${kind.name} layer, a line a layer, all on one axis. In a healthy stack the lines lie on top of each
other: the signal is as wide in the last layer as in the first.`;
  return {
    id: 'activations',
    heading: 'Activations',
    body: html`<p>${stack} ${kind.shapes}</p>
${outputs('activation-histograms', layers, kind, saturationThreshold, surveyed)}`,
  };
}

export function gradientsSection({ activationGradients: layers, activation }: ReportData): Maybe {
  if (layers === undefined || layers.length === 0) return undefined;
  const { name } = activationKind(activation);
  const single = layers.length === 1;
  const drawn = spread(layers);
  return {
    id: 'activation-gradients',
    heading: 'Gradients at the activations',
    body: html`<p>How much the loss would change with each of those outputs: what backpropagation tells ${single ? 'the' : 'each'} layer. ${
      single
        ? ''
        : html`The lines should
again coincide. If they narrow from the last layer to the first, gradients vanish on their way back; if they widen,
they explode. `
    }A mean of almost 0 is as it must be and carries no news.</p>
${figure(
  {
    id: 'activation-gradient-histograms',
    label: `Densities of the gradients at the outputs of ${layers.length} ${name} layer${single ? '' : 's'}`,
    describe: (look) => layerHistograms({ layers: drawn, quantity: 'gradient' }, look),
    ...caption(layers, drawn),
  },
  300,
)}${table({
  caption: `Gradients by the outputs of the ${name} layer${single ? '' : 's'}`,
  head: ['layer', 'mean', 'std'],
  rows: layers.map((layer) => [layerKey(layer), scientific(layer.mean, 2), small(layer.std)]),
})}${single ? '' : readings(readGradients(layers))}`,
  };
}

export function weightGradientsSection({ weightGradients: gradients }: ReportData): Maybe {
  if (gradients === undefined || gradients.length === 0) return undefined;
  const drawn = spread(gradients);
  return {
    id: 'weight-gradients',
    heading: 'Gradients of the weights',
    body: html`<p>The gradient of every matrix of parameters. Its width alone says little, since a tensor with large values can bear large
gradients; grad:data, the std of the one over the std of the other, puts them on a common footing. Healthy ratios are
of one size. A tensor whose ratio stands ten times above the rest changes ten times as fast at the same learning rate.</p>
${figure(
  {
    id: 'weight-gradient-histograms',
    label: `Densities of the gradients of ${gradients.length} matrices of parameters`,
    describe: (look) => layerHistograms({ layers: drawn, quantity: 'gradient' }, look),
    ...caption(gradients, drawn),
  },
  300,
)}${table({
  caption: 'Gradients of the matrices of parameters',
  head: ['parameter', 'grad:data', 'std', 'mean', 'shape'],
  rows: gradients.map((one) => [
    layerKey(one),
    ratio(one.gradDataRatio),
    small(one.std),
    scientific(one.mean, 2),
    one.shape.join(' × '),
  ]),
})}${readings(readWeightGradients(gradients))}`,
  };
}

export function updatesSection({ updateToData: data, lr }: ReportData): Maybe {
  if (data === undefined || data.parameters.length === 0 || data.steps.length === 0) return undefined;
  const weights = data.parameters.filter(isWeight);
  const vectorsOf = (one: 'gain' | 'bias') => data.parameters.filter(({ kind }) => kind === one);
  const drawn = [weights, vectorsOf('gain'), vectorsOf('bias')].flatMap(spread);
  const window = pointWindow(data.steps);
  const kinds = (['gain', 'bias'] as const).filter((kind) =>
    data.parameters.some((one) => one.kind === kind),
  );
  return {
    id: 'updates',
    heading: 'Update to data',
    body: html`<p>How far one step moves a parameter, measured against its own size: the std of the update over the std of the values, in
powers of ten. The line at −3 is a rule of thumb, a thousandth a step. Far above it training is jumpy; far below it
hardly trains. Healthy lines find a level early and stay together; one that runs off alone is out of scale.</p>
${
  data.steps.length < 2
    ? nothing
    : figure(
        {
          id: 'update-ratios',
          label: `Ratio of update to data of ${data.parameters.length} parameters over the steps, with a line at −3`,
          describe: (look) => updateRatios({ ...data, parameters: drawn }, look),
          caption: html`${kinds.map((kind) => html`<span class="item">${key(vectors[kind].variable, vectors[kind].name)}</span> `)}${
            kinds.length > 0 ? 'Thin and grey: vectors, whose std means less than a matrix’s. ' : ''
          }${window > 1 ? `Each point is the mean of ${count(window)} steps. ` : ''}${left(weights)}`,
        },
        330,
        280,
      )
}${table({
  caption: 'Matrices, mean over the last tenth of the run',
  head: ['parameter', 'log₁₀ update:data', ...(lr === undefined ? [] : ['learning rate for −3'])],
  rows: weights.map((one) => {
    const level = recent(data.steps, one.log10);
    const name = variableOf.get(colourOf(light, one)) ?? 'ink';
    const wanted = lr === undefined ? [] : [rate(lr * 10 ** (TARGET - level))];
    return [key(name, one.name), fixed(level, 2), ...wanted];
  }),
})}${readings(readUpdates(data, lr))}`,
  };
}
