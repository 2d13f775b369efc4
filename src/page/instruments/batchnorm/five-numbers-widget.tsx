import { computed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Chart, type ChartProps } from '../../view/chart.js';
import { fixed, signed } from '../../view/figures.js';
import { Slider } from '../../view/slider.js';
import './aids/norm.css';
import { useLazy } from '../../view/use-lazy.js';
import { useSeen } from '../../view/use-seen.js';
import { type FiveNumbers, normalise } from './five-numbers.js';

/** The lecture's. */
const SEED = 2147483648;
const REACH = 15;

const numbers = () => import('./draws.js');

const describe: ChartProps<FiveNumbers>['describe'] = (charts, data, look) =>
  charts.batchNormWidget(data, look, Math.max(REACH + 1, charts.reachOf([data])));

/** The lecture's five numbers: one on a slider, four to type, a seed to draw them anew. */
export function BatchNormWidget() {
  const place = useRef<HTMLDivElement>(null);
  const draws = useLazy(numbers, useSeen(place, 300));
  const [seed, setSeed] = useState(SEED);
  const x = useSignal<number[] | undefined>(undefined);
  const drawn = useSignal<FiveNumbers | undefined>(undefined);
  useEffect(() => {
    if (draws === undefined) return;
    const five = draws.fiveNumbers(seed);
    drawn.value = normalise(five);
    x.value = five;
  }, [draws, seed, drawn, x]);
  const source = useMemo(
    () =>
      computed(() => {
        const five = x.value && normalise(x.value);
        return five && five.std > 0 ? five : undefined;
      }),
    [x],
  );
  const five = x.value && normalise(x.value);
  const change = (position: number, value: number) => {
    if (x.value === undefined || !Number.isFinite(value)) return;
    x.value = x.value.map((old, i) => (i === position ? value : old));
  };
  return (
    <div class="aid five" ref={place}>
      <Chart
        source={source}
        describe={describe}
        label="Five numbers before and after batch normalisation"
        name="batchnorm-widget"
        height={230}
      />
      {five === undefined ? (
        <p class="empty">Five numbers are being drawn.</p>
      ) : (
        <>
          <Slider
            label="First input"
            value={five.x[0]}
            min={-REACH}
            max={REACH}
            step={0.25}
            text={fixed(five.x[0], 2)}
            onValue={(value) => change(0, value)}
          />
          <Table five={five} from={drawn.value ?? five} change={change} />
          <div class="buttons">
            <label>
              Seed{' '}
              <input
                type="number"
                min={0}
                max={Number.MAX_SAFE_INTEGER}
                step={1}
                value={seed}
                onChange={({ currentTarget }) => {
                  const { valueAsNumber } = currentTarget;
                  if (currentTarget.checkValidity() && Number.isSafeInteger(valueAsNumber))
                    setSeed(valueAsNumber);
                }}
              />
            </label>
            <button
              type="button"
              onClick={() => {
                x.value = drawn.value?.x;
              }}
            >
              As drawn
            </button>
          </div>
        </>
      )}
    </div>
  );
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

function Table(props: {
  five: FiveNumbers;
  from: FiveNumbers;
  change(position: number, value: number): void;
}) {
  const { five, from, change } = props;
  const { x, y, std } = five;
  return (
    <>
      <table>
        <caption class="visually-hidden">The five numbers, in and out</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">input</th>
            <th scope="col">output</th>
            <th scope="col">moved by</th>
          </tr>
        </thead>
        <tbody>
          {ordinals.map((name, i) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                {i === 0 ? (
                  <span class="slid">{fixed(x[0], 2)}</span>
                ) : (
                  <input
                    type="number"
                    step="any"
                    min={-1000}
                    max={1000}
                    value={x[i]}
                    aria-label={`${name} input`}
                    onInput={({ currentTarget }) => {
                      if (currentTarget.checkValidity()) change(i, currentTarget.valueAsNumber);
                    }}
                  />
                )}
              </td>
              <td>{std > 0 ? fixed(y[i], 3) : '–'}</td>
              <td>{std > 0 ? signed(y[i] - from.y[i], 3) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {std === 0 && <p role="status">All five are the same: there is no deviation to divide by.</p>}
    </>
  );
}
