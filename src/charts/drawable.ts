import { type ChartOption, multiples } from './frame.js';
import { niceInterval, scientific } from './numbers.js';

/** Beyond this nothing is drawn: the width of an axis would be no float. Nearer to 0 than the other, a value is 0. */
const [LARGEST, SMALLEST] = [1e300, 1e-290];
/** Largest values of an axis that echarts finds ticks for by itself. */
const [LEAST, MOST] = [1e-9, 1e12];
/** An axis narrower than this part of its largest value has no ticks that differ. */
const NARROW = 1e-9;
/** Widths of the axis beyond its ends at which a line leaves the chart as it would at its own value. */
const BEYOND = 1e6;

type Direction = 'x' | 'y';
interface Axis {
  type: string;
  min?: number;
  max?: number;
  interval?: number;
  axisLabel: { formatter?: unknown; customValues?: number[] };
  axisTick: { customValues?: number[] };
}
type Item = number | readonly number[] | { value: number };
interface Series {
  type: string;
  data: readonly Item[];
  xAxisIndex?: number;
  yAxisIndex?: number;
  encode?: Partial<Record<Direction, number[]>>;
  markLine?: { data: { xAxis?: number; yAxis?: number }[] };
}

const usable = (value: number | undefined): value is number => Math.abs(value as number) <= LARGEST;
const listed = <T>(one: T | readonly T[] | undefined): readonly T[] =>
  one === undefined ? [] : ([one].flat() as T[]);

/**
 * The same chart in numbers that echarts can draw, whatever is in it: it throws at axes that are too small, too large or
 * too narrow for its ticks, and takes NaN and ∞ for places. Such an axis is drawn in a power of ten and labelled in its
 * own numbers; what is not finite or beyond 1e300 is left out, and the chart says so. A chart in ordinary numbers is
 * returned as it is.
 */
export function drawable(option: ChartOption): ChartOption {
  const series = listed(option.series) as unknown as readonly Series[];
  const axes = { x: axesOf(option.xAxis), y: axesOf(option.yAxis) };
  const scalar: Direction = axes.y.some(({ type }) => type === 'category') ? 'x' : 'y';
  const scales = {
    x: axes.x.map((axis, i) => new Scale(axis, valuesOn('x', i, series, scalar))),
    y: axes.y.map((axis, i) => new Scale(axis, valuesOn('y', i, series, scalar))),
  };
  const all = [...scales.x, ...scales.y];
  if (all.every(({ ordinary }) => ordinary)) return option;

  const lost = all.some((scale) => scale.lost > 0);
  const { tooltip, ...rest } = option;
  return {
    ...rest,
    // It would show the values as they are drawn.
    ...(tooltip && all.every(({ unit }) => unit === 1) && { tooltip }),
    ...(lost && {
      title: noted(
        option,
        all.every(({ empty }) => empty),
      ),
    }),
    xAxis: scales.x.map((scale, i) => scale.axis(axes.x[i])),
    yAxis: scales.y.map((scale, i) => scale.axis(axes.y[i])),
    series: series.map((one) => {
      const on = { x: scales.x[one.xAxisIndex ?? 0], y: scales.y[one.yAxisIndex ?? 0] };
      return {
        ...one,
        data: one.data.flatMap((item) => drawnItem(item, one, on, scalar)),
        ...(one.markLine && {
          markLine: { ...one.markLine, data: one.markLine.data.flatMap((mark) => drawnMark(mark, on)) },
        }),
      };
    }),
  } as ChartOption;
}

const axesOf = (axes: ChartOption['xAxis' | 'yAxis']): readonly Axis[] =>
  listed(axes) as unknown as readonly Axis[];

/** Which numbers of a list lie on an axis. */
const placesOf = ({ encode }: Series, direction: Direction): readonly number[] =>
  encode === undefined ? [direction === 'x' ? 0 : 1] : (encode[direction] ?? []);

function valuesOn(
  direction: Direction,
  axis: number,
  series: readonly Series[],
  scalar: Direction,
): number[] {
  return series
    .filter((one) => (one[`${direction}AxisIndex`] ?? 0) === axis)
    .flatMap((one) =>
      one.data.flatMap((item) => {
        if (isList(item)) return placesOf(one, direction).map((place) => item[place]);
        return direction === scalar ? [numberOf(item)] : [];
      }),
    );
}

const isList = (item: Item): item is readonly number[] => Array.isArray(item);
const numberOf = (item: Exclude<Item, readonly number[]>): number =>
  typeof item === 'number' ? item : item.value;

type Scales = Record<Direction, Scale>;

/** None where it cannot be placed; in a line a gap stays. */
function drawnItem(item: Item, one: Series, on: Scales, scalar: Direction): unknown[] {
  if (!isList(item)) {
    const value = on[scalar].place(numberOf(item));
    return typeof item === 'number' ? [value ?? null] : [{ ...item, value: value ?? null }];
  }
  const drawn: (number | null | undefined)[] = [...item];
  for (const direction of ['x', 'y'] as const)
    for (const place of placesOf(one, direction)) drawn[place] = on[direction].place(item[place]);
  const there = drawn.every((value) => value !== undefined);
  if (there) return [drawn];
  return one.type === 'line' && drawn[0] !== undefined ? [[drawn[0], null]] : [];
}

/** None where it is not near the axis. */
function drawnMark(mark: { xAxis?: number; yAxis?: number }, on: Scales): unknown[] {
  const [direction, at] =
    mark.xAxis === undefined ? (['y', mark.yAxis] as const) : (['x', mark.xAxis] as const);
  const scale = on[direction];
  return at !== undefined && scale.holds(at) ? [{ ...mark, [`${direction}Axis`]: at / scale.unit }] : [];
}

/** A title that says what is not in the chart. */
function noted({ title, textStyle }: ChartOption, empty: boolean) {
  const words = empty ? 'beyond what can be drawn' : 'some values are beyond what can be drawn';
  const own = listed(title)[0];
  if (own !== undefined) return { ...own, text: `${own.text}; ${words}` };
  return {
    text: words,
    left: 'center',
    top: 34,
    textStyle: { ...(textStyle as object), fontWeight: 'normal' as const },
  };
}

/** How the values of an axis are drawn. */
class Scale {
  /** Whether the axis and all that lies on it can be drawn as they are. */
  readonly ordinary: boolean;
  /** Values that are left out. */
  readonly lost: number;
  /** Whether no value is left. */
  readonly empty: boolean;
  /** Values are drawn as so many of this power of ten. */
  readonly unit: number;
  readonly #low: number;
  readonly #high: number;
  readonly #reach: number;

  constructor({ type, min, max, interval = 1 }: Axis, values: readonly number[]) {
    const there = type === 'category' ? [] : values.filter(usable);
    this.lost = type === 'category' ? 0 : values.length - there.length;
    this.empty = there.length === 0;
    const least = there.reduce((low, value) => Math.min(low, value), usable(max) ? max : Infinity);
    const most = there.reduce((high, value) => Math.max(high, value), usable(min) ? min : -Infinity);
    let [low, high] = [usable(min) ? min : least, usable(max) ? max : most];
    const largest = Math.max(Math.abs(low), Math.abs(high));
    const width = high - low;
    // Where one end is given, all values may lie beyond it.
    const aside =
      width === 0 && (min === undefined) !== (max === undefined) && there.some((value) => value !== low);
    const fits =
      low === Infinity ||
      ((largest === 0 || (largest >= LEAST && largest <= MOST)) &&
        (width === 0 || width >= NARROW * largest) &&
        [low, high].every((end) => end === 0 || Math.abs(end) >= NARROW * largest) &&
        !aside);
    const given = [min, max].every((end) => end === undefined || usable(end));
    const ordinary = type === 'category' || (this.lost === 0 && given && interval > 0 && fits);
    this.unit = 1;
    if (!ordinary) {
      if (!(largest >= SMALLEST && largest <= LARGEST)) [low, high] = [0, 1];
      else if (low > high) [low, high] = [high, low];
      else if (aside) high = low + largest;
      else if (width < NARROW * largest) [low, high] = [low - 1e-4 * largest, high + 1e-4 * largest];
      const size = Math.max(Math.abs(low), Math.abs(high));
      if (size < LEAST || size > MOST) this.unit = 10 ** Math.floor(Math.log10(size));
    }
    [this.#low, this.#high] = [low, high];
    this.#reach = BEYOND * (high - low || largest || 1);
    this.ordinary = ordinary && (this.empty || values.every((value) => this.holds(value)));
  }

  /** Whether a value is on the axis, or near enough for a line to it to be drawn as it is. */
  holds(value: number): boolean {
    return value >= this.#low - this.#reach && value <= this.#high + this.#reach;
  }

  /** Where a value is drawn; undefined where it cannot be. */
  place(value: number): number | undefined {
    if (!usable(value)) return undefined;
    const near = Math.min(Math.max(value, this.#low - this.#reach), this.#high + this.#reach);
    return (Math.abs(near) < SMALLEST ? 0 : near) / this.unit;
  }

  axis(axis: Axis): unknown {
    if (this.ordinary) return axis;
    const { min, max, interval: _, axisLabel, axisTick, ...rest } = axis;
    const interval = niceInterval((this.#high - this.#low) / this.unit / 4);
    // An end of the axis's own is kept; others are multiples of the interval.
    const end = (value: number, own: number | undefined, round: (value: number) => number) =>
      own === value
        ? value / this.unit
        : Number((round(value / this.unit / interval) * interval).toPrecision(9));
    const [low, high] = [end(this.#low, min, Math.floor), end(this.#high, max, Math.ceil)];
    const labels = axisLabel.customValues && { customValues: multiples(low, high, interval) };
    return {
      ...rest,
      min: low,
      max: high,
      interval,
      axisLabel: {
        ...axisLabel,
        ...labels,
        ...(this.unit !== 1 && { formatter: (value: number) => scientific(value * this.unit, 2) }),
      },
      axisTick: { ...axisTick, ...labels },
    };
  }
}
