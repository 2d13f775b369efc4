/** How values are spread, each counted as often as its weight says; what is not finite is left out. */
export interface Spread {
  /** Bins of equal width: one edge more than values. */
  edges: number[];
  values: number[];
  mean: number;
  std: number;
  min: number;
  max: number;
  /** Weight of the values that are not finite. */
  notFinite: number;
}

const BINS = 60;
/** Beyond this many bins their edges no longer keep to the marks. */
const MOST = 240;

/** Bins over all the values and the marks, with an edge on each mark where that is possible. */
export function spread(
  values: Float32Array,
  weights: Float64Array | undefined,
  marks: readonly number[],
): Spread {
  let [min, max] = [Infinity, -Infinity];
  let [sum, weight, notFinite] = [0, 0, 0];
  values.forEach((value, i) => {
    const times = weights?.[i] ?? 1;
    if (!Number.isFinite(value)) {
      notFinite += times;
      return;
    }
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += times * value;
    weight += times;
  });
  const mean = sum / weight;
  const edges = edgesOf(Math.min(min, ...marks), Math.max(max, ...marks), marks);
  const [first, width, bins] = [edges[0], edges[1] - edges[0], edges.length - 1];
  const counts = new Array<number>(bins).fill(0);
  let squares = 0;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const times = weights?.[i] ?? 1;
    squares += times * (value - mean) ** 2;
    counts[Math.max(0, Math.min(bins - 1, Math.floor((value - first) / width)))] += times;
  });
  return { edges, values: counts, mean, std: Math.sqrt(squares / weight), min, max, notFinite };
}

/** One mark, or two that are as far from 0 on either side: the width divides the stretch between those. */
function edgesOf(low: number, high: number, marks: readonly number[]): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const rough = (high - low) / BINS || 1;
  const [from, to] = [marks[0], marks[marks.length - 1]];
  const between = marks.length > 1 ? to - from : 0;
  const width = between > 0 ? between / Math.max(1, Math.round(between / rough)) : rough;
  const anchor = from ?? low;
  const before = Math.ceil((anchor - low) / width + 0.5);
  const after = Math.ceil((high - anchor) / width + 0.5);
  if (before + after > MOST) return Array.from({ length: BINS + 1 }, (_, i) => low + i * rough);
  return Array.from({ length: before + after + 1 }, (_, i) => anchor + (i - before) * width);
}
