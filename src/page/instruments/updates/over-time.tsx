import type { LayersOverTime } from 'lanewise/charts';
import { useMemo } from 'preact/hooks';
import type { Session } from '../../session/session.js';
import { Chart, type ChartProps } from '../../view/chart.js';
import { LayerName } from '../../view/layer-name.js';
import { kindOf, rectifies, saturatedWord } from '../shared/activation-layers.js';
import type { ChosenLayer } from '../shared/chosen-layer.js';
import type { Shown } from '../shared/shown.js';
import { type ChartOfRunProps, recorded, type Series, type Source, sourceOf, tracked } from './series.js';

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

interface OverTimeProps {
  session: Session;
  shown: Shown[];
  chosen: ChosenLayer;
}

/** Each activation layer over the steps: its share that is saturated, and the std of its outputs. */
export function OverTime({ session, shown, chosen }: OverTimeProps) {
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
