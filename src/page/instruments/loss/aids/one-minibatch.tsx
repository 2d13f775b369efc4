import { computed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Session } from '../../../session/session.js';
import { Chart, type ChartProps } from '../../../view/chart.js';
import { fixed, whole } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { ExperimentButton, useExperiment } from './experiment-button.js';
import { runExperiment } from './experiments.js';
import { deviationOf, MINIBATCHES, meanOf, type Spread, spreadOf } from './minibatches.js';

const EXAMPLES = 20_000;
/** The slider moves over powers of two, from 8 to 512. */
const [LEAST, MOST] = [3, 9];
/** How far the axis reaches, in deviations of minibatches of 8. */
const REACH = 4;

interface Measured {
  step: number;
  losses: Float32Array;
}

const describe: ChartProps<Spread & { size: number }>['describe'] = (charts, { histogram, size }, look) =>
  charts.barHistogram(
    {
      histogram,
      quantity: `loss of a minibatch of ${size}`,
      bounds: [histogram.edges[0], histogram.edges[histogram.edges.length - 1]],
    },
    look,
  );

/** Losses of many minibatches by one and the same network. */
export function OneMinibatch({ session }: { session: Session }) {
  const experiment = useExperiment<Measured>();
  const power = useSignal(5);
  const spread = useMemo(
    () =>
      computed(() => {
        const { value } = experiment.result;
        if (value === undefined) return undefined;
        const reach = (REACH * deviationOf(value.losses)) / Math.sqrt(2 ** LEAST);
        const mean = meanOf(value.losses);
        const size = 2 ** power.value;
        return { ...spreadOf(value.losses, size, [Math.max(0, mean - reach), mean + reach]), size };
      }),
    [experiment, power],
  );
  const measure = async (): Promise<Measured> => {
    const [run, moment] = [session.main.peek(), session.moment.peek()];
    if (run === undefined || moment === undefined) throw new Error('There is no run to measure.');
    const step = session.past.peek()?.step;
    const checkpoint = await session.worker.checkpoint(run.info.id, step);
    const losses = await runExperiment((here) => here.exampleLosses(checkpoint, run.names, EXAMPLES));
    if (!Number.isFinite(meanOf(losses))) throw new Error('The losses of this network are not finite.');
    return { step: moment.step, losses };
  };
  const { value } = experiment.result;
  const { settings, examples } = session.main.value?.info ?? {};
  const shown = spread.value;
  return (
    <div class="aid">
      <p>
        No: it is an estimate from {settings?.batch} of {whole(examples?.train)} examples, and others give
        another number. Hold the network still and look at many minibatches: the spread is pure luck of the
        draw, and it shrinks with the root of the size: four times the examples, half the spread.
      </p>
      <ExperimentButton experiment={experiment} work={measure} working="Measuring…">
        Measure {whole(EXAMPLES)} examples
      </ExperimentButton>
      {value && shown && (
        <>
          <Slider
            label="Size of a minibatch"
            value={power.value}
            min={LEAST}
            max={MOST}
            step={1}
            text={String(2 ** power.value)}
            onValue={(value) => {
              power.value = value;
            }}
          />
          <Chart
            source={spread}
            describe={describe}
            label={`Losses of ${MINIBATCHES} minibatches by the same network`}
            name="minibatches"
            height={180}
          />
          <dl class="results" aria-live="polite">
            <div>
              <dt>mean of all, after {whole(value.step)} steps</dt>
              <dd>{fixed(meanOf(value.losses), 4)}</dd>
            </div>
            <div>
              <dt>one minibatch of {shown.size}</dt>
              <dd>± {fixed(shown.deviation, 3)}</dd>
            </div>
            <div>
              <dt>luckiest and unluckiest of {whole(MINIBATCHES)}</dt>
              <dd>
                {fixed(shown.least, 2)} … {fixed(shown.most, 2)}
              </dd>
            </div>
          </dl>
          <p>
            So look at the mean over windows of steps, or measure whole splits. With batch norm the examples
            of a training minibatch also change each other’s outputs; here each is judged with the running
            statistics.
          </p>
        </>
      )}
    </div>
  );
}
