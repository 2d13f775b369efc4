import { type ChartOption, frame, type Look, line, lookOf, mark, marks, xAxis, yAxis } from './frame.js';
import { count, fixed, niceInterval, orDash, scientific, tidy } from './numbers.js';
import { smoothingWindow, windowMeans } from './window-means.js';

/** Between the labels of the vertical axis, about. */
const INTERVALS = 5;

export interface LossCurve {
  /** [step, loss of its minibatch in nats], in order; not every step need be there. */
  losses: readonly (readonly [number, number])[];
  vocabularySize: number;
  /** Where the learning rate changes, and from what to what. */
  lrDrop?: { step: number; before: number; after: number } | undefined;
}

/**
 * log10 of the loss over the steps, as the lecture draws it: every recorded minibatch, faint; the mean of log10 over
 * windows of steps; a line at ln(vocabulary), which a network that knows nothing loses; the drop of the learning rate.
 */
export function lossCurve({ losses, vocabularySize, lrDrop }: LossCurve, given?: Partial<Look>): ChartOption {
  const look = lookOf(given);
  const { theme, narrow, legend } = look;
  const usable = losses.filter(([, loss]) => loss > 0 && Number.isFinite(loss));
  const steps = usable.map(([step]) => step);
  const logs = usable.map(([, loss]) => Math.log10(loss));
  const window = smoothingWindow(steps);
  // Before the first step there is the line at ln(vocabulary) to see.
  const last = steps[steps.length - 1] ?? 1;
  const chance = Math.log(vocabularySize);
  const bound = bounds([...logs, Math.log10(chance)]);
  const smoothed = `mean of ${count(window)} step${window === 1 ? '' : 's'}`;
  const left = yAxis(look, { name: narrow ? 'log₁₀ loss' : 'log₁₀ of the loss', ...bound });
  const right = yAxis(
    look,
    { name: 'loss (nats)', ...bound, format: (value) => short(10 ** value) },
    'right',
  );
  const drop = lrDrop !== undefined && lrDrop.step > 0 && lrDrop.step < last ? [lrDrop] : [];
  return {
    ...frame(look),
    ...(legend && {
      legend: { top: 0, data: ['each minibatch', smoothed], textStyle: { color: theme.muted } },
    }),
    tooltip: { trigger: 'axis' },
    xAxis: xAxis(look, { name: 'step', min: steps[0] ?? 0, max: last }),
    yAxis: narrow ? [left] : [left, right],
    series: [
      {
        ...line(
          'each minibatch',
          theme.faint,
          steps.map((step, i) => [step, logs[i]]),
          1,
        ),
        sampling: 'lttb',
        markLine: marks([
          mark(look, { yAxis: Math.log10(chance) }, `ln ${vocabularySize} = ${fixed(chance, 3)}`),
          ...drop.map(({ step, before, after }) =>
            mark(look, { xAxis: step }, `lr ${orDash(before, tidy)} → ${orDash(after, tidy)}`),
          ),
        ]),
      },
      line(smoothed, theme.accent, windowMeans(steps, logs, window), 2.25),
      // An axis is drawn only where a series uses it.
      ...(narrow ? [] : [{ ...line('nats', theme.accent, []), yAxisIndex: 1 }]),
    ],
  };
}

/** A loss in the width of a label. */
const short = (loss: number): string =>
  loss < 10_000 ? fixed(loss, loss < 100 ? 2 : 0) : scientific(loss, 1);

/** Rounded outwards to multiples of what lies between two labels, with room for a name above the highest line. */
function bounds(logs: number[]): { min: number; max: number; interval: number } {
  const lowest = logs.reduce((least, value) => Math.min(least, value), Infinity);
  const highest = logs.reduce((most, value) => Math.max(most, value), -Infinity) + 0.02;
  const interval = Math.max(0.05, niceInterval((highest - lowest) / INTERVALS));
  const out = (value: number) => Number(value.toFixed(3));
  return {
    interval,
    min: out(Math.floor(lowest / interval) * interval),
    max: out(Math.ceil(highest / interval) * interval),
  };
}
