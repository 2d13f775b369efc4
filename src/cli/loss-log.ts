import { availableParallelism } from 'node:os';
import {
  type Initialisation,
  initialisations,
  type Lecture,
  lectureSettings,
  type Row,
} from 'lanewise/makemore';
import { runJobs } from './experiment-pool.js';
import { version } from './version.js';

/** A row of the lecture's loss log: losses over whole splits, of batch norm with calibrated statistics. */
export interface LossLogRow {
  init: Initialisation;
  train: number;
  val: number;
  /** As the lecture prints it; on its own names only. */
  lecture?: { train: number; val: number };
}

/** `notebook` is no row of the log: it came later. */
const ROWS = initialisations.filter((init) => init !== 'notebook' && init !== 'zero');

/** Trains the first network from each initialisation of the loss log, as many at a time as there are cores. */
export async function lossLog(
  { names, steps, lossLog: printed }: Lecture,
  signal: AbortSignal,
  onProgress: (made: number, of: number) => void,
): Promise<LossLogRow[]> {
  const made = new Array<number>(ROWS.length).fill(0);
  const rows: LossLogRow[] = [];
  await runJobs(
    ROWS.map((init) => ({ names, settings: { ...lectureSettings, init, steps }, version })),
    {
      jobs: availableParallelism(),
      signal,
      onSteps(index, own) {
        made[index] = own;
        onProgress(
          made.reduce((sum, each) => sum + each, 0),
          ROWS.length * steps,
        );
      },
      onResult(index, { record }) {
        const init = ROWS[index];
        const losses = record.final?.calibrated;
        if (losses === undefined) return;
        const { train, val } = losses;
        rows[index] = { init, train, val, ...(printed && { lecture: printed[init] }) };
      },
    },
  );
  return rows.filter((row) => row !== undefined);
}

/** The log as a cell. The units of `original` are saturated, and two float32 of it drift apart. */
export function lossLogRows(log: readonly LossLogRow[]): Row[] {
  return log.flatMap(({ init, train, val, lecture }) => {
    // The lecture gives two decimals of the row `softmax`.
    const tolerance = init === 'original' || init === 'softmax' ? 5e-3 : 1e-3;
    return (['train', 'val'] as const).map((split): Row => {
      const ours = { train, val }[split];
      const row = { label: `${init}, ${split}`, ours: ours.toFixed(4) };
      if (lecture === undefined) return row;
      const agrees = Math.abs(ours - lecture[split]) <= tolerance;
      return { ...row, notebook: lecture[split].toFixed(4), agrees };
    });
  });
}
