import type { Session } from '../../session/session.js';
import { fixed, percent } from '../../view/figures.js';
import { type About, Instrument } from '../../view/instrument.js';
import { kindName } from '../../view/layer-names.js';
import {
  type ActivationLayer,
  activationLayers,
  drawable,
  kindOf,
  outputAxis,
  rectifies,
  saturatedWhen,
  saturatedWord,
} from '../shared/activation-layers.js';
import {
  type ChosenLayer,
  type InstrumentProps,
  useChosenLayer,
  useSelection,
} from '../shared/chosen-layer.js';
import { type Distribution, DistributionChart } from '../shared/distribution-chart.js';
import { FormSwitch } from '../shared/distribution-form.js';
import { LayerTable } from '../shared/layer-table.js';
import { type Shown, shownOf } from '../shared/shown.js';
import { activationQuestions } from './questions.js';
import { ActivationsReading } from './reading.js';
import '../shared/distributions.css';

const about: About = {
  shows:
    'how the numbers of the last minibatch are spread, a row a layer: first what goes into each activation, then ' +
    'what comes out. Rows are smoothed and equally high: compare their widths, on one axis that only grows. ' +
    'As histograms they are raw densities, whose areas are 1.',
  healthy:
    'all rows look alike, so that no layer is quieter or louder than the one before. For tanh the std of the outputs ' +
    'is some tenths and only a few percent lie at the ends, where it is flat and lets no gradient through.',
  attempt:
    'the six-layer network without batch norm at gain 0.5, 1, 5/3 and 3: the rows shrink to 0, shrink slowly, keep ' +
    'their shape, pile up at −1 and 1. With batch norm the gain hardly matters.',
};

const inputs: Distribution = {
  layersOf: 'preactivationsOf',
  quantity: () => 'input of the activation',
};

const outputs: Distribution = {
  layersOf: 'activationsOf',
  quantity: (snapshot) => `output h of ${kindName(kindOf(snapshot) ?? '')}`,
  axis(snapshot, beside) {
    const kind = kindOf(snapshot) ?? '';
    const { bounds, limits } = outputAxis(kind, snapshot.threshold);
    // Two kinds of activation have no bounds in common.
    const alike = beside === undefined || kindOf(beside) === kind;
    return { ...(alike && bounds && { bounds }), ...(limits && { limits }) };
  },
};

export function ActivationsInstrument({ session, selection }: InstrumentProps) {
  const chosen = useChosenLayer(session, useSelection(selection));
  const shown = shownOf(session);
  const threshold = session.threshold.value;
  const runs = shown.map((each) => ({
    ...each,
    layers: activationLayers(each.moment.snapshot, threshold),
  }));
  const kinds = new Set(runs.flatMap(({ layers }) => layers.map(({ kind }) => kind)));
  return (
    <Instrument
      id="activations"
      session={session}
      title="Activations"
      about={about}
      questions={activationQuestions}
      wide={runs.length > 1}
    >
      {runs.map(({ which, run, label, layers }) => (
        <Charts key={run.info.id} {...{ session, which, label, layers, chosen }} />
      ))}
      {kinds.size > 0 && <FormSwitch name="activations" />}
      {[...kinds].some((kind) => !rectifies(kind)) && <Threshold session={session} />}
      {kinds.size > 0 && (
        <LayerTable
          label="Activation layers in numbers"
          heads={['layer', 'std in', 'mean', 'std', [...kinds].map(saturatedWord).join(' / ')]}
          runs={runs.map(({ run, label, layers }) => ({
            id: run.info.id,
            label,
            rows: layers.map(({ name, depth, input, output, saturated }) => ({
              name,
              layer: depth,
              cells: [
                fixed(input?.std, 3),
                fixed(output?.mean, 3),
                fixed(output?.std, 3),
                percent(saturated),
              ],
            })),
          }))}
          chosen={chosen}
        />
      )}
      {runs.map(({ run, label, moment, layers }) => (
        <ActivationsReading key={run.info.id} label={label} moment={moment} layers={layers} />
      ))}
    </Instrument>
  );
}

interface ChartsProps extends Pick<Shown, 'which' | 'label'> {
  session: Session;
  layers: ActivationLayer[];
  chosen: ChosenLayer;
}

function Charts({ session, which, label, layers, chosen }: ChartsProps) {
  const of = label === undefined ? '' : ` of run ${label}`;
  const title = label !== undefined && <h3>{label}</h3>;
  if (layers.length === 0)
    return (
      <>
        {title}
        <p class="empty">This network has no activation layer: it is one linear map.</p>
      </>
    );
  const entering = layers.some(({ input }) => drawable(input));
  const leaving = layers.some(({ output }) => drawable(output));
  const [{ kind }] = layers;
  const rows = layers.length;
  return (
    <>
      {title}
      {!entering && !leaving && (
        <p class="empty">Nothing to draw: the layers hold what is no number (NaN) or is infinite.</p>
      )}
      <div class="pair">
        {entering && (
          <DistributionChart
            {...{ session, which, chosen, rows }}
            of={inputs}
            label={`Distributions of the inputs of the activation layers${of}`}
            name="activation-inputs"
          />
        )}
        {leaving && (
          <DistributionChart
            {...{ session, which, chosen, rows }}
            of={outputs}
            label={`Distributions of the outputs of the activation layers${of}`}
            name="activations"
          />
        )}
      </div>
      {kind === 'ReLU' && leaving && (
        <p class="caption">
          What is not active is exactly 0: the peak there is cut at the top; the table has its share.
        </p>
      )}
    </>
  );
}

/** The lecture counts at 0.97 in its table, and at 0.99 in its picture of the units. */
const THRESHOLDS = [0.97, 0.99];

function Threshold({ session }: { session: Session }) {
  const snapshot = session.moment.value?.snapshot;
  const kind = snapshot === undefined ? undefined : kindOf(snapshot);
  const threshold = session.threshold.value;
  const waits = snapshot !== undefined && snapshot.threshold !== threshold;
  return (
    <fieldset class="threshold">
      <legend>Saturated is beyond</legend>
      {THRESHOLDS.map((value) => (
        <label key={value}>
          <input
            type="radio"
            name="saturation-threshold"
            checked={threshold === value}
            onChange={() => void session.setThreshold(value)}
          />
          {value}
        </label>
      ))}
      <span class="caption">
        {kind !== undefined && !rectifies(kind) && `(${saturatedWhen(kind, threshold)})`}
        {waits && ' – counted again from the next step on'}
      </span>
    </fieldset>
  );
}
