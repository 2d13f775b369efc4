import { Worker } from 'node:worker_threads';
import type { ExperimentResult, NameList, RunSettings } from 'lanewise/makemore';

/** What a worker is given, and what it says. */
export interface Job {
  names: NameList;
  settings: Readonly<RunSettings>;
  version: string;
}
export type Report = { steps: number } | { result: ExperimentResult } | { error: string };

/** A run ended without a result: `index` says which. */
export class JobError extends Error {
  constructor(
    readonly index: number,
    message: string,
  ) {
    // One line of it, the first.
    super(message.split('\n')[0]);
  }
}

export interface PoolOptions {
  /** Most runs at a time. */
  jobs: number;
  signal: AbortSignal;
  onSteps: (index: number, steps: number) => void;
  onResult: (index: number, result: ExperimentResult) => void;
  /** The worker's module. */
  worker?: URL;
}

// Not written as a literal: there is such a file only beside the built command.
const WORKER = 'experiment-worker.js';

/**
 * Makes the runs in order, each in a thread of its own. Resolves when all are done, or when the signal has ended those
 * in hand; rejects with the JobError of the first that fails, the others ended.
 */
export async function runJobs(queue: readonly Job[], options: PoolOptions): Promise<void> {
  const { jobs, signal, onResult } = options;
  // AbortSignal.any came with Node 20.3.
  const ended = new AbortController();
  const end = () => ended.abort();
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  const stop = ended.signal;
  let next = 0;
  const work = async () => {
    while (next < queue.length && !stop.aborted) {
      const index = next++;
      try {
        const result = await runJob(queue[index], index, stop, options);
        if (result !== undefined) onResult(index, result);
      } catch (error) {
        end();
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(jobs, queue.length) }, work));
  signal.removeEventListener('abort', end);
  const rejected = lanes.find((lane) => lane.status === 'rejected');
  if (rejected) throw rejected.reason;
}

/** undefined where the signal ended it. */
function runJob(
  job: Job,
  index: number,
  signal: AbortSignal,
  { worker: module = new URL(WORKER, import.meta.url), onSteps }: PoolOptions,
): Promise<ExperimentResult | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(module, { workerData: job });
    let result: ExperimentResult | undefined;
    let error: string | undefined;
    const stop = () => void worker.terminate();
    signal.addEventListener('abort', stop);
    worker.on('message', (report: Report) => {
      if ('steps' in report) onSteps(index, report.steps);
      else if ('result' in report) result = report.result;
      else error = report.error;
    });
    worker.on('error', (thrown) => {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    });
    worker.on('exit', (code) => {
      signal.removeEventListener('abort', stop);
      if (result !== undefined || signal.aborted) resolve(result);
      else reject(new JobError(index, error ?? `its thread ended with code ${code}`));
    });
  });
}
