import { fixed, plain, scientific } from '../../view/figures.js';
import { type About, Instrument, Reading, type Severity } from '../../view/instrument.js';
import { nameOf } from '../../view/label.js';
import { type ActivationLayer, activationLayers } from '../shared/activation-layers.js';
import { type InstrumentProps, useChosenLayer, useSelection } from '../shared/chosen-layer.js';
import type { Distribution } from '../shared/distribution-chart.js';
import { GradientCharts } from '../shared/gradient-charts.js';
import { LayerTable } from '../shared/layer-table.js';
import { divergedAt, shownOf } from '../shared/shown.js';
import { gradientQuestions } from './questions.js';
import '../shared/distributions.css';

const about: About = {
  shows:
    'how far the loss would change with each output of the activation layers: the gradients of the last minibatch, a ' +
    'row a layer. They are small because the loss is a mean over the batch.',
  healthy:
    'all rows have the same width. Where they get narrower towards the first layer, the gradient vanishes on its way ' +
    'back and the first layers hardly learn; where they get wider, it explodes.',
  attempt:
    'the six-layer network without batch norm, gain 0.5 and gain 3: the order of the widths turns round. With batch ' +
    'norm they stay together.',
};

const gradients: Distribution = {
  layersOf: 'activationGradientsOf',
  quantity: () => 'gradient of the loss',
};

export function GradientsInstrument({ session, selection }: InstrumentProps) {
  const chosen = useChosenLayer(session, useSelection(selection));
  const threshold = session.threshold.value;
  const runs = shownOf(session).map((each) => ({
    ...each,
    layers: activationLayers(each.moment.snapshot, threshold),
  }));
  return (
    <Instrument
      id="gradients"
      session={session}
      title="Gradients of the activations"
      about={about}
      questions={gradientQuestions}
    >
      <GradientCharts
        {...{ session, chosen }}
        of={gradients}
        what="activations"
        instrument="gradients"
        name="gradients"
        runs={runs.map((each) => ({ ...each, rows: each.layers }))}
      />
      {runs.some(({ layers }) => layers.some(({ gradient }) => gradient !== undefined)) && (
        <LayerTable
          label="Gradients of the activations in numbers"
          heads={['layer', 'mean', 'std', { text: 'to last', title: 'std over that of the last layer' }]}
          runs={runs.map(({ run, label, layers }) => ({
            id: run.info.id,
            label,
            rows: layers.map(({ name, depth, gradient }) => ({
              name,
              layer: depth,
              cells: [
                scientific(gradient?.mean),
                scientific(gradient?.std, 3),
                toLast(layers, gradient?.std),
              ],
            })),
          }))}
          chosen={chosen}
        />
      )}
      {runs.map((shown) => (
        <GradientsReading key={shown.run.info.id} {...shown} diverged={divergedAt(shown)} />
      ))}
    </Instrument>
  );
}

const toLast = (layers: ActivationLayer[], std: number | undefined): string => {
  const last = layers.at(-1)?.gradient?.std;
  return std === undefined || last === undefined || last === 0 ? '–' : `× ${fixed(std / last, 2)}`;
};

interface ReadingProps {
  label: string | undefined;
  layers: ActivationLayer[];
  /** These are the gradients of the step that broke the run. */
  diverged: boolean;
}

/** With the bands of the library's findings. */
function GradientsReading({ label, layers, diverged }: ReadingProps) {
  const run = nameOf(label);
  if (diverged)
    return (
      <Reading severity="problem">
        {run}The run has diverged: these are the gradients of its last step, which made what is no number.
      </Reading>
    );
  const bad = layers.findLast(({ gradient }) => gradient && gradient.nan + gradient.infinite > 0);
  if (bad?.gradient)
    return (
      <Reading severity="problem">
        {run}
        {bad.name}: {bad.gradient.nan} NaN and {bad.gradient.infinite} infinite gradients.
      </Reading>
    );
  const [first, last] = [layers[0]?.gradient, layers.at(-1)?.gradient];
  if (first === undefined || last === undefined) return null;
  if (first.std === 0)
    return (
      <Reading severity="problem">
        {run}No gradient arrives at {layers[0].name}: it is 0 everywhere, and nothing before it learns.
      </Reading>
    );
  if (layers.length === 1)
    return (
      <Reading severity="note">
        {run}One activation layer: there is none to compare it with. Its gradients have std{' '}
        {scientific(first.std)}.
      </Reading>
    );
  const ratio = first.std / last.std;
  const away = Math.max(ratio, 1 / ratio);
  const severity: Severity = away > 100 ? 'problem' : away > 10 ? 'warning' : 'healthy';
  const word =
    away <= 10 ? 'alike' : ratio < 1 ? 'vanishing on their way back' : 'exploding on their way back';
  return (
    <Reading severity={severity}>
      {run}Gradients {word}: the std at the first layer is {plain(ratio, 2)} times that at the last; 0.1 to 10
      is healthy.
    </Reading>
  );
}
