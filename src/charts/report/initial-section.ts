import { barHistogram } from '../bar-histogram.js';
import type { LayerStats } from '../layer-histograms.js';
import { count, fixed } from '../numbers.js';
import { deadUnits, saturatedShare, saturationImage } from '../saturation-image.js';
import { activationKind } from './activation-kinds.js';
import type { ReportData } from './data.js';
import { figure, readings, row, type Section } from './figure.js';
import { type Html, html, nothing } from './html.js';
import { outputs } from './layer-sections.js';
import { readInitial } from './readings.js';

/** Undefined where its data is absent. */
export function initialSection({ initial, saturationThreshold = 0.97 }: ReportData): Section | undefined {
  if (initial === undefined) return undefined;
  const { h, preactivation, saturation, layer, layers, whole } = initial;
  const dead = deadUnits(saturation).length;
  const { units, examples, threshold } = saturation;
  return {
    id: 'initial',
    heading: layers === undefined ? 'The hidden layer before training' : 'The hidden layers before training',
    body: html`${layers === undefined ? nothing : stack(layers, saturationThreshold)}<p>What ${
      layer === undefined ? 'the hidden layer' : html`the first of them, ${layer},`
    } answers to its first minibatch. First its inputs, then what tanh makes of
them. A gradient that comes back is multiplied by 1\u00a0−\u00a0h²: almost 1 in the middle, almost 0 at the rims. Healthy
inputs are a bell of width about 1, and h fills the range from −1 to 1 without piling up at both ends.</p>
${row(
  [
    {
      id: 'initial-preactivation',
      label: 'Histogram of the pre-activations before training',
      describe: (look) => barHistogram({ histogram: preactivation, quantity: 'pre-activation' }, look),
    },
    {
      id: 'initial-h',
      label: 'Histogram of h, the tanh of the pre-activations, before training',
      describe: (look) =>
        barHistogram({ histogram: h, quantity: 'h = tanh(pre-activation)', bounds: [-1, 1] }, look),
    },
  ],
  240,
)}<h3>Saturation, unit by unit</h3>
<p>The same activations as a picture, a row for each example and a column for each unit; white is |h| above ${threshold}.
Scattered white specks do no harm. A column that is white from top to bottom is a dead unit: whatever it is shown, it
answers the same, and its weights stay as they are.</p>
${figure(
  {
    id: 'initial-saturation',
    label: `Saturation of ${count(units)} units in ${count(examples)} examples: ${fixed(saturatedShare(saturation), 1)} % white, ${count(dead)} dead units`,
    describe: (look) => saturationImage(saturation, look),
    caption: html`${box('saturated', 'saturated')}${box('open', 'not saturated')}${
      dead === 0 ? '' : box('dead', 'dead: saturated in every example')
    }${
      whole === undefined
        ? ''
        : `The first ${count(examples)} of ${count(whole.examples)} examples, and ${count(units)} of ${count(whole.units)} units.`
    }`,
  },
  230,
  230,
)}${readings(readInitial(initial))}`,
  };
}

const box = (variable: string, name: string) =>
  html`<span class="item"><span class="key box" style="background:var(--${variable})"></span>${name}</span> `;

const stack = (layers: readonly LayerStats[], threshold: number): Html =>
  html`<p>What each tanh layer answers to the first minibatch, before anything is learned. An initialisation is good where
these lines lie on top of each other, neither gathered at 0 nor piled up at −1 and 1: what is lost here, training has to
win back first.</p>
${outputs('initial-layers', layers, activationKind('Tanh'), threshold)}<h3>The first layer, closely</h3>
`;
