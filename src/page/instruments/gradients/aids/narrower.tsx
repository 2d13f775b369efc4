import { useComputed, useSignal } from '@preact/signals';
import type { LayerHistograms, LayerStats } from 'lanewise/charts';
import { Chart, type ChartProps } from '../../../view/chart.js';
import { fixed } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { Table } from '../../../view/table.js';
import { roomForLegend } from '../../shared/legend-room.js';
import { density } from '../../shared/normal.js';

const BINS = 120;
const END = 6;
const WIDTH = (2 * END) / BINS;

/** The normal density as a histogram of middle values. */
function bell(name: string, layer: number, std: number): LayerStats {
  const edges = Array.from({ length: BINS + 1 }, (_, i) => -END + i * WIDTH);
  const values = edges.slice(1).map((edge) => density(edge - WIDTH / 2, std));
  return { name, layer, mean: 0, std, histogram: { edges, values } };
}

const areaOf = ({ histogram: { values } }: LayerStats): number =>
  values.reduce((sum, value) => sum + value * WIDTH, 0);

const describe: ChartProps<LayerHistograms>['describe'] = (charts, data, look) =>
  roomForLegend(charts.layerHistograms(data, look), 2);

/** How to read a density: narrow is a small std and a high peak, and the area is always 1. */
export function Narrower() {
  const std = useSignal(0.5);
  const data = useComputed(
    (): LayerHistograms => ({
      layers: [bell('fixed', 1, 1), bell('yours', 5, std.value)],
      quantity: 'value',
      bounds: [-END, END],
    }),
  );
  const [fixedBell, own] = data.value.layers;
  return (
    <div class="aid">
      <p>
        Yes. The std says how far the values lie from their mean, along the horizontal axis. The height says
        nothing about their size: a density has to enclose the area 1, so a narrow one must be high.
      </p>
      <Slider
        label="std"
        value={std.value}
        min={0.2}
        max={1.5}
        step={0.05}
        text={fixed(std.value, 2)}
        onValue={(value) => {
          std.value = value;
        }}
      />
      <Chart
        source={data}
        describe={describe}
        label="Two normal densities on the same axis, one of std 1 and one of the std that is set"
        name="narrower"
        height={220}
      />
      <Table
        heads={['line', 'std', 'height of the peak', 'area']}
        rows={[fixedBell, own].map((layer) => ({
          head: layer.name,
          cells: [fixed(layer.std, 2), fixed(density(0, layer.std), 3), fixed(areaOf(layer), 3)],
        }))}
      />
      <p>
        So compare widths, and only on one horizontal axis: here all layers of a chart share one, and so do
        two runs side by side.
      </p>
    </div>
  );
}
