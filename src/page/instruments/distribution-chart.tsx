import type { ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Session } from '../session.js';
import { Chart, type ChartProps } from '../view/chart.js';
import { type Compared, snapshotsOf, type Which } from './shown.js';

interface DistributionChartProps {
  session: Session;
  which: Which;
  chosen: ReadonlySignal<string | undefined>;
  describe: ChartProps<Compared>['describe'];
  label: string;
  name: string;
  height?: number;
}

/** A chart of one run's snapshot, on common axes with the run beside it. */
export function DistributionChart({ session, which, chosen, ...chart }: DistributionChartProps) {
  const source = useMemo(() => snapshotsOf(session, which, chosen), [session, which, chosen]);
  return <Chart source={source} {...chart} />;
}

/** Describes one curve a layer, of the layers that a function of the charts' library finds in a snapshot. */
export const curvesOf =
  (
    layersOf: 'activationGradientsOf' | 'weightGradientsOf',
    quantity: string,
  ): ChartProps<Compared>['describe'] =>
  (charts, { snapshot, beside, chosen }, look) =>
    charts.layerHistograms(
      {
        layers: charts[layersOf](snapshot),
        quantity,
        ...(beside && { beside: charts[layersOf](beside) }),
        ...(chosen !== undefined && { chosen }),
      },
      { ...look, legend: false },
    );
