import { type AxisSettings, type Look, yAxis } from './frame.js';
import { scientific, tidy } from './numbers.js';

/** Between powers of ten, the densest first. */
const MANTISSAS = [
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.4, 2.6, 2.8, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
  [1, 1.5, 2, 2.5, 3, 4, 5, 7],
  [1, 2, 5],
  [1],
];
/** Of the axis, at least between two labels. */
const LEAST_GAP = 1 / 8;
/** Of the axis, at least between a label of a value that is named and one of a round value. */
const NEAREST = 1 / 14;
/** Of the axis, free above and below the lines. */
const [ABOVE, BELOW] = [0.1, 0.05];
/** A range less than this, in powers of ten, would make much of nothing. */
const LEAST_RANGE = 0.1;

/**
 * A vertical axis of log₁₀, labelled with the values themselves: those of `settings.format(value)`, at round values.
 * `values` are what it has to hold, all above 0; those of `named` have labels too, in place of round ones next to them.
 */
export function logAxis(
  look: Look,
  values: readonly number[],
  settings: AxisSettings & { named?: readonly number[] },
) {
  const { format = String, named = [] } = settings;
  const logs = values.map(Math.log10).filter(Number.isFinite);
  let low = logs.reduce((least, value) => Math.min(least, value), Infinity);
  let high = logs.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(high >= low)) [low, high] = [-1, 0];
  const lacking = Math.max(0, LEAST_RANGE - (high - low)) / 2;
  const range = high - low + 2 * lacking;
  const min = low - lacking - BELOW * range;
  const max = high + lacking + ABOVE * range;
  const customValues = withNamed(ticks(min, max), named, NEAREST * (max - min));
  const { axisLabel, axisTick, ...axis } = yAxis(look, { ...settings, min, max });
  return {
    ...axis,
    axisLabel: {
      ...axisLabel,
      customValues,
      formatter: (log: number) => format(Number((10 ** log).toPrecision(3))),
    },
    axisTick: { ...axisTick, customValues },
  };
}

/** A loss in the width of a label: 2.5, 27, 2·10⁵. */
export const lossLabel = (loss: number): string =>
  loss < 0.01 || loss >= 10_000 ? scientific(loss, 1) : tidy(loss, 3);

/** Logarithms of labels, without those that a named one has no room beside. */
function withNamed(round: number[], named: readonly number[], room: number): number[] {
  const kept: number[] = [];
  for (const log of named.map(Math.log10))
    if (kept.every((other) => Math.abs(other - log) >= room)) kept.push(log);
  return [...kept, ...round.filter((log) => kept.every((own) => Math.abs(own - log) >= room))].sort(
    (a, b) => a - b,
  );
}

/** log₁₀ of round values between two logarithms. */
export function ticks(min: number, max: number): number[] {
  const gap = LEAST_GAP * (max - min);
  const powers = Array.from({ length: Math.ceil(max) - Math.floor(min) + 1 }, (_, i) => Math.floor(min) + i);
  const inside = (logs: number[]) => logs.filter((log) => log >= min && log <= max);
  for (const mantissas of MANTISSAS) {
    const found = inside(
      powers.flatMap((power) => mantissas.map((mantissa) => Math.log10(mantissa) + power)),
    );
    if (found.every((log, i) => i === 0 || log - found[i - 1] >= gap)) return found;
  }
  const every = Math.ceil(gap);
  return inside(powers.filter((power) => power % every === 0));
}
