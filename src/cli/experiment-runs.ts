import { printable } from 'lanewise';
import type { ExperimentResult, ExperimentSet, NameList } from 'lanewise/makemore';
import pc from 'picocolors';
import { inWords, type PlannedRun, plannedRuns } from './experiment-plan.js';
import { JobError, runJobs } from './experiment-pool.js';
import type { RecordFolder } from './experiment-records.js';
import { legend, table } from './experiment-report.js';
import { runsOf, type Shard } from './experiment-shard.js';
import { plural } from './format.js';
import { isTerminal, Progress } from './progress.js';
import { Stop } from './stop.js';
import { version } from './version.js';

/** Of each set’s runs; undefined is one that was not finished. */
export type Results = (ExperimentResult | undefined)[][];

export interface RunsOptions {
  sets: readonly ExperimentSet[];
  names: NameList;
  jobs: number;
  quiet: boolean;
  /** Its runs only; a line for each record then in place of the tables. */
  shard?: Shard | undefined;
  /** Where each run’s record is written as soon as it is done. A run whose record is there is not made. */
  records?: RecordFolder | undefined;
}

export interface Made {
  /** Those that a signal or a failed run kept from being finished are not there. */
  results: Results;
  /** Versions of Node that the runs were made with. */
  nodes: string[];
  /** Why there are runs that were not finished. */
  stopped: string | undefined;
}

export async function runAndPrint(options: RunsOptions): Promise<Made> {
  const { sets, names, jobs, quiet, shard, records } = options;
  const all = plannedRuns(sets);
  const own = shard ? runsOf(all, shard) : all;
  const results: Results = sets.map(({ experiments }) => experiments.map(() => undefined));
  const there = own.map((run) => records?.there.get(inWords(run)));
  own.forEach(({ s, i }, index) => {
    results[s][i] = there[index]?.result;
  });
  const queue = own.filter((_, index) => there[index] === undefined);
  const nodes = there.flatMap((kept) => kept?.node ?? []);
  const steps = queue.map(() => 0);
  let finished = own.length - queue.length;
  let printed = 0;
  let stopped: string | undefined;

  const stop = new Stop();
  if (!quiet) console.log(heading(all.length, own.length, queue.length, options));
  for (const damage of queue.map((run) => records?.damageOf(run)))
    if (damage) console.error(`lanewise: ${printable(damage)}; the run is made again`);
  const total = queue.reduce((sum, { settings }) => sum + settings.steps, 0);
  const progress = new Progress(total, !quiet && isTerminal(), { quiet });
  const printNext = () => {
    for (const line of table(sets[printed], results[printed])) progress.line(line);
    printed++;
  };
  // In the order of the sets, whichever is done first.
  const printDone = () => {
    if (shard) return;
    while (printed < sets.length && results[printed].every((each) => each !== undefined)) printNext();
  };
  const writes: Promise<void>[] = [];
  const write = async (run: PlannedRun, result: ExperimentResult, to: RecordFolder) => {
    const path = await to.write(run, result);
    if (path !== undefined && shard && !quiet) progress.line(recorded(path, result));
  };
  printDone();
  try {
    await runJobs(
      queue.map(({ settings }) => ({ names, settings, version })),
      {
        jobs,
        signal: stop.signal,
        onSteps(index, made) {
          steps[index] = made;
          progress.update(steps.reduce((sum, each) => sum + each, 0));
        },
        onResult(index, result) {
          const run = queue[index];
          results[run.s][run.i] = result;
          steps[index] = run.settings.steps;
          finished++;
          if (records) writes.push(write(run, result, records));
          printDone();
        },
      },
    );
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const failed = `${inWords(queue[error.index])}: ${error.message}`;
    console.error(`lanewise: ${printable(failed)}`);
    stopped = `A run could not be made. ${failed}`;
    process.exitCode = 1;
  } finally {
    // What was finished is kept, whatever ended the others.
    await Promise.all(writes);
    while (!shard && printed < sets.length) {
      if (results[printed].some((each) => each !== undefined)) printNext();
      else printed++;
    }
    progress.stop();
    stop.dispose();
  }
  if (!quiet && !shard && finished > 0) for (const line of legend()) console.log(line);
  const reached = `after ${finished} of ${plural(own.length, 'run')}`;
  if (stop.code !== undefined) {
    console.error(`lanewise: ${stop.word} ${reached}`);
    process.exitCode = stop.code;
  }
  if (stop.requested)
    stopped = `The command was ${stop.word || 'ended, as its output was closed,'} ${reached}.`;
  return { results, nodes: queue.length > 0 ? [...nodes, process.versions.node] : nodes, stopped };
}

function heading(
  all: number,
  own: number,
  left: number,
  { names, jobs, shard, records }: RunsOptions,
): string {
  const origin = names.source === 'built-in' ? 'the built-in names' : printable(names.source);
  const parts = [
    shard ? `shard ${shard.number}/${shard.count}, ${own} of ${plural(all, 'run')}` : plural(all, 'run'),
    ...(own > left ? [`${own - left} of them in ${printable(records?.folder ?? '')}`] : []),
    ...(left > 0 ? [`${Math.min(jobs, left)} at a time`] : []),
    `on ${origin}`,
  ];
  return `${pc.bold(`lanewise ${version}`)}  makemore, part 3: ${parts.join(', ')}`;
}

function recorded(path: string, { record: { final, divergence } }: ExperimentResult): string {
  const outcome = divergence
    ? `diverged at step ${divergence.step}`
    : `val ${final?.running.val.toFixed(4) ?? '–'}`;
  return `${pc.dim('record')} ${printable(path)}  ${outcome}`;
}
