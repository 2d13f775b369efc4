import type { UpdateToData } from 'lanewise/charts';
import { useMemo } from 'preact/hooks';
import { Chart, type ChartProps } from '../../view/chart.js';
import { fixed } from '../../view/figures.js';
import { type About, Instrument } from '../../view/instrument.js';
import { LayerName } from '../../view/layer-name.js';
import type { Charts } from '../../view/load-charts.js';
import {
  type ChosenLayer,
  type InstrumentProps,
  useChosenLayer,
  useSelection,
} from '../shared/chosen-layer.js';
import { type Shown, shownOf } from '../shared/shown.js';
import { matricesOf } from '../shared/weight-matrices.js';
import { OverTime } from './over-time.js';
import { updateQuestions } from './questions.js';
import { UpdatesReading } from './reading.js';
import { type ChartOfRunProps, recorded, type Series, type Source, sourceOf } from './series.js';
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

export function UpdatesInstrument({ session, selection }: InstrumentProps) {
  const chosen = useChosenLayer(session, useSelection(selection));
  const shown = shownOf(session);
  return (
    <Instrument
      id="updates"
      title="Updates and layers over time"
      {...{ about, session }}
      questions={updateQuestions}
      wide
    >
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

/** The lines by name, with what they are at now. */
function Weights({ shown, chosen }: { shown: Shown[]; chosen: ChosenLayer }) {
  const [main, other] = shown.map(({ moment }) => matricesOf(moment.snapshot));
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
