// The clock: tinybench in short turns, so that what disturbs the machine for a while disturbs every row alike.
import { Bench } from 'tinybench';

/** A call that takes longer, in milliseconds, is timed as often as it is tried, and not again. */
const LONG = 1000;

/** Milliseconds: of a row's turn, of one sample at least, of a row's warm-up; and how many turns. */
export const paces = {
  full: {
    kernels: { rounds: 10, turn: 30, sample: 1, warmUp: 100 },
    // Longer: much code has to be compiled, and slow contenders have steps of tens of milliseconds.
    steps: { rounds: 10, turn: 200, sample: 1, warmUp: 1000 },
  },
  // Each call a few times, whatever it takes: for the errors, not for the times.
  quick: {
    kernels: { rounds: 1, turn: 0, sample: 0, warmUp: 0 },
    steps: { rounds: 1, turn: 0, sample: 0, warmUp: 0 },
  },
};

/**
 * Times each entry's `call(times)`: all are warmed up, then each has its turn, `rounds` times over. A call that returns
 * a promise of seconds keeps its own clock. Resolves to { median, min, samples } for each entry, in seconds of one call.
 */
export async function measure(entries, { rounds, turn, sample, warmUp }) {
  const bench = new Bench({ time: turn, iterations: 1, warmup: false, retainSamples: true, throws: true });
  const rows = [];
  for (const { call } of entries) {
    const { times, own, first } = await calibrate(call, sample, warmUp);
    const row = { times, samples: first, task: undefined };
    rows.push(row);
    if (first.length > 0) continue;
    const name = `${rows.length}`;
    if (own)
      bench.add(
        name,
        async () => {
          const milliseconds = (await call(times)) * 1e3;
          return { overriddenDuration: milliseconds, overriddenIterationCost: milliseconds };
        },
        { async: true },
      );
    else bench.add(name, () => void call(times), { async: false });
    row.task = bench.getTask(name);
  }
  for (let round = 0; round < rounds; round++)
    for (const { task, times, samples } of rows) {
      if (task === undefined) continue;
      // Without it a task that has run is left alone.
      task.reset();
      const { result } = await task.run();
      for (const milliseconds of result.latency.samples) samples.push(milliseconds / times / 1e3);
    }
  return rows.map(({ samples }) => summary(samples));
}

/** How many calls fill a sample, found while warming up; `first`: the samples of a call that is long by itself. */
async function calibrate(call, sample, warmUp) {
  let [times, spent] = [1, 0];
  for (;;) {
    const start = performance.now();
    const seconds = await call(times);
    const own = typeof seconds === 'number';
    const took = own ? seconds * 1e3 : performance.now() - start;
    spent += took;
    if (times === 1 && took > LONG) return { times, own, first: [took / 1e3] };
    if (took >= sample && spent >= warmUp) return { times, own, first: [] };
    if (took < sample) times = Math.ceil(times * Math.min(10, Math.max(1.2, (1.2 * sample) / took)));
  }
}

/** Samples in ascending order make the median, between the middle two where they are even in number. */
export function summary(samples) {
  const sorted = Float64Array.from(samples).sort();
  const { length } = sorted;
  if (length === 0) throw new RangeError('summary: expected at least one sample, got none');
  const median = (sorted[(length - 1) >> 1] + sorted[length >> 1]) / 2;
  return { median, min: sorted[0], samples: length };
}
