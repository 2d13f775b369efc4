import { type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ComparedLayers } from 'lanewise/charts';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Chart, type ChartProps } from '../../../view/chart.js';
import { fixed, plain, whole } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { fixedPoint, stdOfTanh } from './fixed-point.js';
import { DEEPEST, EXAMPLES, TanhStack, WIDTH } from './tanh-stack.js';

const FIVE_THIRDS = 5 / 3;
const DRAWS = 2 ** 20;
const PRESETS: [string, number][] = [
  ['0.5', 0.5],
  ['1', 1],
  ['1.5925', 1.5925],
  ['5/3', FIVE_THIRDS],
  ['3', 3],
];

type Runs = ComparedLayers['runs'];

const describe: ChartProps<Runs>['describe'] = (charts, runs, look) =>
  charts.comparedLayers({ runs, quantity: 'std' }, look);

/** Why the weights before a tanh are multiplied by 5/3: a stack of such layers, and a factor to move. */
export function FiveThirds() {
  const gain = useSignal(1.2);
  const depth = useSignal(20);
  const place = useRef<HTMLDivElement>(null);
  const stack = useStack(place);
  const own = useStds(stack, gain, depth);
  const right = useStds(stack, useSignal(FIVE_THIRDS), depth);
  const one = useStds(stack, useSignal(1), depth);
  const runs = useComputed((): Runs | undefined =>
    own.value === undefined || right.value === undefined || one.value === undefined
      ? undefined
      : [
          { label: 'gain 1', values: one.value },
          { label: 'yours', values: own.value },
          { label: '5/3', values: right.value },
        ],
  );
  const limit = fixedPoint(gain.value);
  return (
    <div class="aid" ref={place}>
      <p>
        tanh squeezes, so each layer’s outputs are narrower than its inputs, and the next layer’s narrower
        still. The gain on the weights (randn · gain / √fan_in) stretches them again.
      </p>
      <Slider
        label="your gain"
        value={gain.value}
        min={0.5}
        max={3}
        step={0.01}
        text={fixed(gain.value, 2)}
        onValue={(value) => {
          gain.value = value;
        }}
      />
      <Slider
        label="tanh layers"
        value={depth.value}
        min={2}
        max={DEEPEST}
        step={1}
        onValue={(value) => {
          depth.value = value;
        }}
      />
      <div class="buttons">
        {PRESETS.map(([text, value]) => (
          <button
            key={text}
            type="button"
            aria-pressed={gain.value === value}
            onClick={() => {
              gain.value = value;
            }}
          >
            gain {text}
          </button>
        ))}
      </div>
      <Chart
        source={runs}
        describe={describe}
        label="Standard deviation of each tanh layer’s outputs, for your gain, gain 1 and gain 5/3"
        name="gain-and-depth"
        height={220}
      />
      <p role="status">
        Last layer at your gain: std {plain(own.value?.at(-1), 3)}.{' '}
        {limit === 0
          ? 'At or below 1 nothing holds the signal: it goes to 0, layer by layer.'
          : `The stack settles at ${fixed(limit, 3)}, whatever comes in.`}{' '}
        At 5/3 it settles at {fixed(fixedPoint(FIVE_THIRDS), 3)}.
      </p>
      <p class="help">
        {EXAMPLES} examples, {WIDTH} units a layer, inputs randn; computed here by the same kernels that train
        the network.
      </p>
      <Inverse stack={stack} />
    </div>
  );
}

/** A stack while the answer that the aid stands in is open. */
function useStack(place: RefObject<HTMLElement | null>): Signal<TanhStack | undefined> {
  const stack = useSignal<TanhStack | undefined>(undefined);
  useEffect(() => {
    const answer = place.current?.closest('details');
    let wanted = false;
    const open = async () => {
      if (wanted) return;
      wanted = true;
      const made = await TanhStack.create();
      if (wanted && stack.peek() === undefined) stack.value = made;
      else made.dispose();
    };
    const close = () => {
      wanted = false;
      const made = stack.peek();
      stack.value = undefined;
      made?.dispose();
    };
    const toggle = () => (answer?.open === false ? close() : void open());
    answer?.addEventListener('toggle', toggle);
    toggle();
    return () => {
      answer?.removeEventListener('toggle', toggle);
      close();
    };
  }, [stack, place]);
  return stack;
}

function useStds(
  stack: Signal<TanhStack | undefined>,
  gain: Signal<number>,
  depth: Signal<number>,
): Signal<number[] | undefined> {
  const stds = useSignal<number[] | undefined>(undefined);
  useSignalEffect(() => {
    const stopped = new AbortController();
    void stack.value?.stds(gain.value, depth.value, stopped.signal).then((values) => {
      if (values !== undefined && !stopped.signal.aborted) stds.value = values;
    });
    return () => stopped.abort();
  });
  return stds;
}

/** Is it not 1 / std(tanh(N(0, 1)))? Drawn and counted. */
function Inverse({ stack }: { stack: Signal<TanhStack | undefined> }) {
  const drawn = useSignal<{ drawn: number; value: number } | undefined>(undefined);
  useSignalEffect(() => {
    const stopped = new AbortController();
    const made = stack.value;
    const draw = async () => {
      if (made === undefined) return;
      for await (const state of made.inverseStd(DRAWS, stopped.signal)) drawn.value = state;
    };
    void draw();
    return () => stopped.abort();
  });
  return (
    <p>
      Often one reads that 5/3 restores what one tanh takes away, 1 / std(tanh(z)) of normal z. It does not
      quite: over <span class="figures">{whole(drawn.value?.drawn ?? 0)}</span> draws that is{' '}
      <output>{fixed(drawn.value?.value, 4)}</output>, by integration {fixed(1 / stdOfTanh(1), 4)}, against
      5/3 = {fixed(FIVE_THIRDS, 4)}. (The 1.5976 that is sometimes quoted came from too few draws.) With
      1.5925 the stack settles at {fixed(fixedPoint(1 / stdOfTanh(1)), 3)}, where each tanh gets inputs of std
      1. 5/3 is a round number a little above it, and PyTorch’s table of gains has it; any gain above 1
      settles somewhere.
    </p>
  );
}
