import { computed } from '@preact/signals';
import type { ParameterSnapshot } from 'lanewise';
import type { LayersOverTime, UpdateToData } from 'lanewise/charts';
import { useMemo } from 'preact/hooks';
import type { Session } from '../../session/session.js';
import { Chart, type ChartProps } from '../../view/chart.js';
import { fixed, scientific } from '../../view/figures.js';
import { type About, Instrument, Reading } from '../../view/instrument.js';
import { nameOf } from '../../view/label.js';
import { LayerName } from '../../view/layer-name.js';
import { layerNames, matrixName, type PlacedLayer, parameterName } from '../../view/layer-names.js';
import { kindOf, rectifies, saturatedWord } from '../shared/activation-layers.js';
import {
  type ChosenLayer,
  type InstrumentProps,
  useChosenLayer,
  useSelection,
} from '../shared/chosen-layer.js';
import { cursorOf, type Shown, shownOf, type Which } from '../shared/shown.js';
import { updateQuestions } from './questions.js';
import '../shared/distributions.css';

const about: About = {
  shows:
    'how large each update is beside the numbers that it changes, as a power of ten: log₁₀ of std(learning rate × ' +
    'gradient) / std(parameter). Weights in the colours of their layers, gains and biases thin and grey; below, each ' +
    'activation layer over the steps.',
  healthy:
    'after the first steps the weights run near −3, a thousandth a step. Far below they learn slowly, above −2 the ' +
    'updates undo each other. When the learning rate drops by ten, every line drops by one.',
  attempt:
    'learning rate 0.001 and 1: all lines move by two and by one. Or no division by √fan_in: the lines spread out, and ' +
    'no single learning rate suits them all.',
};

interface Series {
  steps: Float64Array;
  columns: Float32Array[];
  parameters: { name: string; shape: readonly number[] }[];
  /** Of the activation layers. */
  names: string[];
  kind: string;
}

interface Source {
  own: Series;
  beside: Series | undefined;
  chosen: string | undefined;
  cursor: number | undefined;
}

/** Matrices are called after their layers: what is chosen there stands out here. */
const nameOfParameter = (name: string, shape: readonly number[], layers: readonly PlacedLayer[]): string =>
  (shape.length === 2 ? matrixName : parameterName)(name, layers);

function tracked(shown: Shown): Series {
  const { steps, columns } = shown.frame.series;
  const { parameters, layers } = shown.moment.snapshot;
  const names = layerNames(layers);
  return {
    steps,
    columns,
    parameters: parameters.map(({ name, shape }) => ({ name: nameOfParameter(name, shape, layers), shape })),
    names: layers.flatMap(({ activation, place }) => (activation ? (names.get(place) ?? place) : [])),
    kind: kindOf(shown.moment.snapshot) ?? '',
  };
}

type Charts = Parameters<ChartProps<Source>['describe']>[0];

const updatesOf = (charts: Charts, { parameters, steps, columns }: Series): UpdateToData =>
  charts.updatesOf(parameters, steps, columns.slice(0, parameters.length));

const describeUpdates: ChartProps<Source>['describe'] = (charts, { own, beside, chosen, cursor }, look) =>
  charts.updateRatios(
    {
      ...updatesOf(charts, own),
      ...(beside && { beside: updatesOf(charts, beside) }),
      ...(chosen !== undefined && { chosen }),
      cursor,
    },
    { ...look, legend: false },
  );

/** `block` 0: the std, 1: the saturated share, in percent. */
function layersOf(series: Series, block: 0 | 1): Pick<LayersOverTime, 'layers' | 'steps'> {
  const { steps, columns, parameters, names } = series;
  const first = parameters.length + block * names.length;
  return {
    steps,
    layers: names.map((name, i) => ({
      name,
      layer: i + 1,
      values: block === 0 ? columns[first + i] : columns[first + i].map((share) => 100 * share),
    })),
  };
}

const besides = ({ beside, chosen, cursor }: Source, block: 0 | 1) => ({
  cursor,
  ...(beside && { beside: layersOf(beside, block) }),
  ...(chosen !== undefined && { chosen }),
});

const describeStd: ChartProps<Source>['describe'] = (charts, source, look) =>
  charts.layersOverTime(
    { ...layersOf(source.own, 0), ...besides(source, 0), quantity: 'std of the outputs' },
    look,
  );

const describeSaturation: ChartProps<Source>['describe'] = (charts, source, look) => {
  const { kind } = source.own;
  const limits =
    kind === 'LeakyReLU'
      ? []
      : (rectifies(kind) ? [90, 99] : [30, 50]).map((at, i) => ({
          at,
          name: `${at} %: ${i === 0 ? 'warning' : 'problem'}`,
        }));
  return charts.layersOverTime(
    {
      ...layersOf(source.own, 1),
      ...besides(source, 1),
      quantity: `${saturatedWord(kind)} (%)`,
      most: 100,
      limits,
    },
    look,
  );
};

export function UpdatesInstrument({ session, selection }: InstrumentProps) {
  const chosen = useChosenLayer(session, useSelection(selection));
  const questions = useMemo(() => updateQuestions(session), [session]);
  const shown = shownOf(session);
  return (
    <Instrument id="updates" title="Updates and layers over time" about={about} questions={questions} wide>
      <div class="pair">
        {shown.map((each) => (
          <div key={each.run.info.id}>
            <UpdateChart session={session} shown={each} chosen={chosen} />
          </div>
        ))}
      </div>
      <Weights shown={shown} chosen={chosen} />
      {shown.map((each) => (
        <UpdatesReading key={each.run.info.id} shown={each} />
      ))}
      <OverTime session={session} shown={shown} chosen={chosen} />
    </Instrument>
  );
}

interface ChartOfRunProps {
  session: Session;
  shown: Shown;
  chosen: ChosenLayer;
}

const sourceOf = (session: Session, which: Which, chosen: ChosenLayer) =>
  computed((): Source | undefined => {
    const shown = shownOf(session);
    const own = shown.find((each) => each.which === which);
    const beside = shown.find((each) => each.which !== which);
    if (own === undefined) return undefined;
    return {
      own: tracked(own),
      beside: beside && tracked(beside),
      chosen: chosen.name.value,
      cursor: cursorOf(session),
    };
  });

const recorded = ({ frame }: Shown): boolean => frame.series.steps.length > 0;

function UpdateChart({ session, shown, chosen }: ChartOfRunProps) {
  const { which, label } = shown;
  const source = useMemo(() => sourceOf(session, which, chosen), [session, which, chosen]);
  return (
    <>
      {label !== undefined && <h3>{label}</h3>}
      {recorded(shown) ? (
        <Chart
          source={source}
          describe={describeUpdates}
          label={`log10 of update to data of each parameter over the steps${label === undefined ? '' : ` of run ${label}`}`}
          name="update-to-data"
          height={260}
        />
      ) : (
        <p class="empty">No update yet: the first step makes them.</p>
      )}
    </>
  );
}

const matricesOf = ({ moment: { snapshot } }: Shown): ParameterSnapshot[] =>
  snapshot.parameters
    .filter(({ shape }) => shape.length === 2)
    .map((parameter) => ({ ...parameter, name: matrixName(parameter.name, snapshot.layers) }));

/** The lines by name, with what they are at now. */
function Weights({ shown, chosen }: { shown: Shown[]; chosen: ChosenLayer }) {
  const [main, other] = shown.map(matricesOf);
  if (main === undefined) return null;
  const rows = main.length >= (other?.length ?? 0) ? main : (other ?? main);
  return (
    <ul class="lines" aria-label="Last log10 update to data of the weights">
      {rows.map(({ name }, i) => (
        <li key={name}>
          <LayerName name={name} layer={i} pressed={name === chosen.name.value} choose={chosen.choose} />
          <span>
            {[main, other]
              .filter((each) => each !== undefined)
              .map((each) => fixed(each[i]?.updateToData, 2))
              .join(' | ')}
          </span>
        </li>
      ))}
      {main.length < (shown[0]?.moment.snapshot.parameters.length ?? 0) && (
        <li>thin and grey: gains and biases</li>
      )}
    </ul>
  );
}

interface OverTimeProps {
  session: Session;
  shown: Shown[];
  chosen: ChosenLayer;
}

function OverTime({ session, shown, chosen }: OverTimeProps) {
  const names = shown.map((each) => tracked(each).names);
  const most = names.reduce((longest, each) => (each.length > longest.length ? each : longest), []);
  if (most.length === 0 || !shown.some(recorded)) return null;
  return (
    <>
      <h3>Should it stay constant?</h3>
      <p class="caption">
        The shares are counted at the threshold that was set at the time. A drift is normal while weights
        grow; layers that part from one another, or a line that heads for its limit, are not.
      </p>
      {shown.map((each) => (
        <LayerCharts key={each.run.info.id} session={session} shown={each} chosen={chosen} />
      ))}
      <ul class="lines" aria-label="Activation layers">
        {most.map((name, i) => (
          <li key={name}>
            <LayerName
              name={name}
              layer={i + 1}
              pressed={name === chosen.name.value}
              choose={chosen.choose}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function LayerCharts({ session, shown, chosen }: ChartOfRunProps) {
  const { which, label } = shown;
  const source = useMemo(() => sourceOf(session, which, chosen), [session, which, chosen]);
  const kind = kindOf(shown.moment.snapshot);
  if (kind === undefined || !recorded(shown)) return null;
  const of = label === undefined ? '' : ` of run ${label}`;
  return (
    <>
      {label !== undefined && <p class="caption">{label}</p>}
      <div class="pair">
        <Chart
          source={source}
          describe={describeSaturation}
          label={`Share of the outputs that are ${saturatedWord(kind)}, over the steps${of}`}
          name="saturation-over-time"
          height={190}
        />
        <Chart
          source={source}
          describe={describeStd}
          label={`Standard deviation of the outputs over the steps${of}`}
          name="std-over-time"
          height={190}
        />
      </div>
    </>
  );
}

function UpdatesReading({ shown }: { shown: Shown }) {
  const { label, moment } = shown;
  const run = nameOf(label);
  const found = moment.findings.find(({ rule }) => rule === 'rate-low' || rule === 'rate-high');
  const { snapshot } = moment;
  if (found !== undefined)
    return (
      <Reading severity={found.severity}>
        {run}
        {found.text}
      </Reading>
    );
  const values = matricesOf(shown)
    .flatMap(({ updateToData }) => updateToData ?? [])
    .sort((a, b) => a - b);
  if (values.length === 0) return null;
  const middle = values[Math.floor((values.length - 1) / 2)];
  if (!Number.isFinite(middle))
    return (
      <Reading severity="problem">
        {run}The updates are {Number.isNaN(middle) ? 'no numbers' : 'nothing or without bound'}: there is no
        ratio to judge.
      </Reading>
    );
  return (
    <Reading severity="healthy">
      {run}At learning rate {snapshot.lr} the median matrix is updated by {scientific(10 ** middle)} of its
      values a step (log₁₀ {fixed(middle, 2)}); 1e−4 to 1e−2 is healthy.
    </Reading>
  );
}
