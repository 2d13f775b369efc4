import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Session } from '../session.js';
import type { ChartProps } from '../view/chart.js';
import { fixed, percent } from '../view/figures.js';
import { type About, Instrument } from '../view/instrument.js';
import {
  type ActivationLayer,
  activationLayers,
  drawable,
  kindOf,
  outputAxis,
  rectifies,
  saturatedWhen,
  saturatedWord,
} from './activation-layers.js';
import { activationQuestions } from './activation-questions.js';
import { ActivationsReading } from './activations-reading.js';
import { DistributionChart } from './distribution-chart.js';
import { LayerTable } from './layer-table.js';
import { type Compared, type Shown, shownOf } from './shown.js';
import './distributions.css';

const about: About = {
  shows:
    'how the numbers of the last minibatch are spread, a line a layer: first what goes into each activation, then ' +
    'what comes out. The area under each line is 1, so a line is high where it is narrow.',
  healthy:
    'all lines look alike, so that no layer is quieter or louder than the one before. For tanh the std of the outputs ' +
    'is some tenths and only a few percent lie at the ends, where it is flat and lets no gradient through.',
  attempt:
    'the six-layer network without batch norm at gain 0.5, 1, 5/3 and 3: the lines shrink to 0, shrink slowly, keep ' +
    'their shape, pile up at −1 and 1. With batch norm the gain hardly matters.',
};

/** Both in the first screen, beside the loss. */
const HEIGHT = 200;

const unlabelled = { legend: false };

const describeInputs: ChartProps<Compared>['describe'] = (charts, { snapshot, beside, chosen }, look) =>
  charts.layerHistograms(
    {
      layers: charts.preactivationsOf(snapshot),
      quantity: 'input of the activation',
      ...(beside && { beside: charts.preactivationsOf(beside) }),
      ...(chosen !== undefined && { chosen }),
    },
    { ...look, ...unlabelled },
  );

const describeOutputs: ChartProps<Compared>['describe'] = (charts, { snapshot, beside, chosen }, look) => {
  const kind = kindOf(snapshot) ?? '';
  const alike = beside === undefined || kindOf(beside) === kind;
  const { bounds, limits } = outputAxis(kind, snapshot.threshold);
  return charts.layerHistograms(
    {
      layers: charts.activationsOf(snapshot),
      quantity: `output h of ${kind}`,
      // Two kinds of activation have no bounds in common.
      ...(alike && bounds && { bounds }),
      ...(limits && { limits }),
      ...(beside && { beside: charts.activationsOf(beside) }),
      ...(chosen !== undefined && { chosen }),
    },
    { ...look, ...unlabelled },
  );
};

export function ActivationsInstrument({ session }: { session: Session }) {
  const chosen = useSignal<string | undefined>(undefined);
  const questions = useMemo(() => activationQuestions(session), [session]);
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
      title="Activations"
      about={about}
      questions={questions}
      wide={runs.length > 1}
    >
      {runs.map(({ which, run, label, layers }) => (
        <Charts key={run.info.id} {...{ session, which, label, layers, chosen }} />
      ))}
      {[...kinds].some((kind) => !rectifies(kind)) && <Threshold session={session} />}
      {kinds.size > 0 && (
        <LayerTable
          label="Activation layers in numbers"
          heads={['layer', 'std in', 'mean', 'std', [...kinds].map(saturatedWord).join(' / ')]}
          runs={runs.map(({ run, label, layers }) => ({
            id: run.info.id,
            label,
            rows: layers.map(({ place, depth, input, output, saturated }) => ({
              name: place,
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
        <ActivationsReading key={run.info.id} label={label} findings={moment.findings} layers={layers} />
      ))}
    </Instrument>
  );
}

interface ChartsProps extends Pick<Shown, 'which' | 'label'> {
  session: Session;
  layers: ActivationLayer[];
  chosen: ReturnType<typeof useSignal<string | undefined>>;
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
  const inputs = layers.some(({ input }) => drawable(input));
  const outputs = layers.some(({ output }) => drawable(output));
  const [{ kind }] = layers;
  return (
    <>
      {title}
      {!inputs && !outputs && (
        <p class="empty">Nothing to draw: the layers hold what is no number (NaN) or is infinite.</p>
      )}
      <div class="pair">
        {inputs && (
          <DistributionChart
            {...{ session, which, chosen }}
            describe={describeInputs}
            label={`Distributions of the inputs of the activation layers${of}`}
            name="activation-inputs"
            height={HEIGHT}
          />
        )}
        {outputs && (
          <DistributionChart
            {...{ session, which, chosen }}
            describe={describeOutputs}
            label={`Distributions of the outputs of the activation layers${of}`}
            name="activations"
            height={HEIGHT}
          />
        )}
      </div>
      {kind === 'ReLU' && outputs && (
        <p class="caption">
          What is not active is exactly 0: that column goes beyond the top; the table has its share.
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
