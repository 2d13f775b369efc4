/** The clock: every entry is warmed up, then all have their turns, so that what disturbs the machine disturbs all alike. */

export interface Entry {
  /** Computes so many times in a row; what it computes is looked at afterwards. */
  call(times: number): void;
}

interface Timing {
  /** Timing of each entry. */
  rounds: number;
  /** Milliseconds of one turn, at least. */
  turn: number;
  /** Milliseconds of calls before an entry is timed, at least. */
  warmUp: number;
}

export interface Timed {
  /** Seconds of one call. */
  median: number;
  least: number;
  samples: number;
}

type Clock = () => number;
const now: Clock = () => performance.now();

/** Of each entry in milliseconds: all its turns together, and fewest turns. */
const ALL = 150;
const FEWEST = 15;

/** Timing that are long beside the clock's own steps, which browsers coarsen to as much as a millisecond. */
export function timingFor(resolution: number): Timing {
  const turn = Math.max(2, 30 * resolution);
  return { turn, rounds: Math.max(FEWEST, Math.round(ALL / turn)), warmUp: Math.max(60, 2 * turn) };
}

/** Milliseconds between readings of the clock that differ, the median of some. */
export function resolutionOf(clock: Clock = now): number {
  const steps = Array.from({ length: 9 }, () => {
    const start = clock();
    let end = clock();
    while (end === start) end = clock();
    return end - start;
  });
  return median(steps);
}

/** `onTurn` is told how many of all turns are done, a warm-up counts as one, and waited for before the next. */
export async function measure(
  entries: readonly Entry[],
  { rounds, turn, warmUp }: Timing,
  onTurn: (done: number, total: number) => void | Promise<void> = () => {},
  clock: Clock = now,
): Promise<Timed[]> {
  const total = entries.length * (rounds + 1);
  let done = 0;
  const rows: { entry: Entry; times: number; samples: number[] }[] = [];
  for (const entry of entries) {
    rows.push({ entry, times: calibrate(entry, turn, warmUp, clock), samples: [] });
    await onTurn(++done, total);
  }
  for (let round = 0; round < rounds; round++)
    for (const { entry, times, samples } of rows) {
      const start = clock();
      entry.call(times);
      samples.push((clock() - start) / times / 1e3);
      await onTurn(++done, total);
    }
  return rows.map(({ samples }) => ({
    median: median(samples),
    least: Math.min(...samples),
    samples: samples.length,
  }));
}

/** How many calls fill a turn, found while warming up. */
function calibrate({ call }: Entry, turn: number, warmUp: number, clock: Clock): number {
  let [times, spent] = [1, 0];
  for (;;) {
    const start = clock();
    call(times);
    const took = clock() - start;
    spent += took;
    if (took >= turn && spent >= warmUp) return times;
    if (took < turn) times = Math.ceil(times * Math.min(10, Math.max(1.2, (1.2 * turn) / took)));
  }
}

/** Between the middle two where they are even in number. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const { length } = sorted;
  if (length === 0) throw new RangeError('median: expected at least one value, got none');
  return (sorted[(length - 1) >> 1] + sorted[length >> 1]) / 2;
}
