import { computed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Chart, type ChartProps } from '../../../view/chart.js';
import { fixed, whole } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { useLazy } from '../../../view/use-lazy.js';
import {
  averagedNoise,
  batchMeans,
  halfLife,
  initialShare,
  runningAverage,
  trueMean,
} from '../running-average.js';

const STEPS = 2000;
const SEED = 42;

interface Averaged {
  batches: [number, number][];
  truth: [number, number][];
  running: [number, number][];
}

const describe: ChartProps<Averaged>['describe'] = (charts, { batches, truth, running }, look) =>
  charts.linesOver(
    {
      x: 'step',
      y: 'mean of a unit',
      min: -0.5,
      max: 3,
      lines: [
        { name: 'mean of each minibatch', points: batches, faint: true },
        { name: 'true mean', points: truth, colour: 'ink', dashed: true },
        { name: 'running mean', points: running, colour: 'second' },
      ],
    },
    look,
  );

const draws = async () => (await import('../draws.js')).noise(STEPS, SEED);

const pairs = (values: ArrayLike<number>): [number, number][] => Array.from(values, (value, i) => [i, value]);

/** Momentum and batch size on sliders: what a running mean makes of noisy batches. */
export function MomentumAid() {
  const noise = useLazy(draws);
  const momentum = useSignal(0.1);
  const batch = useSignal(32);
  const source = useMemo(() => {
    const given = noise;
    return computed((): Averaged | undefined => {
      if (given === undefined) return undefined;
      const means = batchMeans(given, batch.value);
      return {
        batches: pairs(means),
        truth: pairs(Float64Array.from({ length: STEPS }, (_, step) => trueMean(step))),
        running: pairs(runningAverage(means, momentum.value)),
      };
    });
  }, [noise, momentum, batch]);
  const m = momentum.value;
  const half = halfLife(m);
  return (
    <div class="aid">
      <p>
        Both. The notebook’s first network keeps 0.999 of the old value (momentum 0.001), its class
        BatchNorm1d, like torch’s, has 0.1. Here a unit’s true mean moves while the network learns, each
        minibatch sees it with noise, and the running mean begins at 0.
      </p>
      <Slider
        label="Momentum"
        value={Math.log10(m)}
        min={-3.5}
        max={0}
        step={0.05}
        text={String(m)}
        onValue={(power) => {
          momentum.value = Number((10 ** power).toPrecision(2));
        }}
      />
      <Slider
        label="Batch size"
        value={Math.log2(batch.value)}
        min={1}
        max={10}
        step={1}
        text={whole(batch.value)}
        onValue={(power) => {
          batch.value = 2 ** power;
        }}
      />
      <p class="buttons">
        {[0.001, 0.1].map((given) => (
          <button
            key={given}
            type="button"
            aria-pressed={m === given}
            onClick={() => {
              momentum.value = given;
            }}
          >
            {given}
          </button>
        ))}
      </p>
      <Chart
        source={source}
        describe={describe}
        label="A running mean beside the true mean and those of the minibatches"
        name="momentum"
        height={230}
      />
      <p class="measured">
        Half of the running mean is new after ln 2 / −ln(1 − {m}) ={' '}
        <b>{half < 100 ? fixed(half, 1) : Math.round(half)}</b> steps. After {whole(STEPS)} steps{' '}
        {fixed(100 * initialShare(m, STEPS), 1)} % of it is still the 0 it began with. Its noise is{' '}
        {fixed(averagedNoise(m) / Math.sqrt(batch.value), 3)}; that of one minibatch of {whole(batch.value)}{' '}
        is {fixed(1 / Math.sqrt(batch.value), 3)}.
      </p>
      <p>
        <b>The smaller the data, the smaller the momentum</b>: a small batch says little about the mean, so
        more of them have to be averaged. The price is time: 0.001 is fit for 200,000 steps, and after 1,000
        still holds 37 % of its beginning.
      </p>
    </div>
  );
}
