import { computed } from '@preact/signals';
import type { LayerStats } from 'lanewise/charts';
import type { Snapshot } from 'lanewise/diagnostics';
import { useMemo } from 'preact/hooks';
import type { Session } from '../../session/session.js';
import { Chart, type ChartProps } from '../../view/chart.js';
import { layerNames, matrixName } from '../../view/layer-names.js';
import type { Charts } from '../../view/load-charts.js';
import type { ChosenLayer } from './chosen-layer.js';
import { type Form, fitted, form } from './distribution-form.js';
import { HeldAxis } from './held-axis.js';
import { shownOf, type Which } from './shown.js';

/** What of a snapshot is drawn. */
export interface Distribution {
  layersOf: 'preactivationsOf' | 'activationsOf' | 'activationGradientsOf' | 'weightGradientsOf';
  /** The name of the axis. */
  quantity: (snapshot: Snapshot) => string;
  /** Ends of the axis where the quantity has some of its own, and lines in it. */
  axis?: (
    snapshot: Snapshot,
    beside: Snapshot | undefined,
  ) => { bounds?: [number, number]; limits?: number[] };
}

interface Compared {
  snapshot: Snapshot;
  /** Of the run beside it, for common axes. */
  beside: Snapshot | undefined;
  chosen: string | undefined;
  form: Form;
  /** What the axes are held for. */
  of: string;
}

/** Layers as the charts take them, by the page's names. */
function statsOf(charts: Charts, layersOf: Distribution['layersOf'], snapshot: Snapshot): LayerStats[] {
  const names = layerNames(snapshot.layers);
  return charts[layersOf](snapshot).map((stats) => ({
    ...stats,
    name:
      layersOf === 'weightGradientsOf'
        ? matrixName(stats.name, snapshot.layers)
        : (names.get(stats.name) ?? stats.name),
  }));
}

function describer({ layersOf, quantity, axis }: Distribution): ChartProps<Compared>['describe'] {
  const held = new HeldAxis();
  return (charts, { snapshot, beside, chosen, form, of }, look) => {
    const layers = statsOf(charts, layersOf, snapshot);
    const others = beside && statsOf(charts, layersOf, beside);
    const all = [...layers, ...(others ?? [])];
    const { bounds = held.hold(of, charts.commonBounds(all)), limits } = axis?.(snapshot, beside) ?? {};
    const common = {
      layers,
      quantity: quantity(snapshot),
      bounds,
      ...(limits && { limits }),
      ...(chosen !== undefined && { chosen }),
    };
    if (form === 'ridges') return charts.ridges(common, look);
    const top = held.holdTop(of, Math.max(charts.densityTop(layers), others ? charts.densityTop(others) : 0));
    return charts.layerHistograms({ ...common, top }, { ...look, legend: false });
  };
}

/** Pixels of a row of ridges, of what is below them, and of the raw histograms. */
const [ROW, FOOT, RAW] = [42, 56, 220];

interface DistributionChartProps {
  session: Session;
  which: Which;
  chosen: ChosenLayer;
  of: Distribution;
  /** Rows of the chart. */
  rows: number;
  label: string;
  name: string;
}

/** The distributions of one run's layers, on common axes with the run beside it. */
export function DistributionChart({ session, which, chosen, of, rows, label, name }: DistributionChartProps) {
  const describe = useMemo(() => describer(of), [of]);
  const source = useMemo(
    () =>
      computed((): Compared | undefined => {
        const shown = shownOf(session);
        const own = shown.find((each) => each.which === which);
        const beside = shown.find((each) => each.which !== which);
        if (own === undefined) return undefined;
        return {
          snapshot: own.moment.snapshot,
          beside: beside?.moment.snapshot,
          chosen: chosen.name.value,
          form: form.value,
          of: `${shown.map(({ run }) => run.info.id)} ${fitted.value}`,
        };
      }),
    [session, which, chosen],
  );
  const height = form.value === 'ridges' ? ROW * Math.max(1, rows) + FOOT : RAW;
  return <Chart source={source} describe={describe} label={label} name={name} height={height} />;
}
