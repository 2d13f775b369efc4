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
 * Makes the runs in order, in threads that each make one after another. Resolves when all are done, or when the signal
 * has ended those in hand; rejects with the JobError of the first that fails, the others ended.
 */
export async function runJobs(queue: readonly Job[], options: PoolOptions): Promise<void> {
  const { jobs, signal, onResult, worker = new URL(WORKER, import.meta.url) } = options;
  // AbortSignal.any came with Node 20.3.
  const ended = new AbortController();
  const end = () => ended.abort();
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  const stop = ended.signal;
  let next = 0;
  const work = async () => {
    const thread = new Thread(worker, stop);
    try {
      while (next < queue.length && !stop.aborted) {
        const index = next++;
        const result = await thread.run(queue[index], index, options);
        if (result !== undefined) onResult(index, result);
      }
    } catch (error) {
      end();
      throw error;
    } finally {
      await thread.end();
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(jobs, queue.length) }, work));
  signal.removeEventListener('abort', end);
  const rejected = lanes.find((lane) => lane.status === 'rejected');
  if (rejected) throw rejected.reason;
}

/** Makes one run after another: what it has loaded and the engine has compiled serves them all. */
class Thread {
  readonly #worker: Worker;
  /** Why it failed, or with which code it ended by itself. */
  #failure: string | undefined;
  readonly #ended: Promise<void>;
  readonly #stop = () => void this.#worker.terminate();

  constructor(
    module: URL,
    readonly signal: AbortSignal,
  ) {
    this.#worker = new Worker(module);
    this.#worker.on('error', (thrown) => {
      this.#failure = thrown instanceof Error ? thrown.message : String(thrown);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        signal.removeEventListener('abort', this.#stop);
        this.#failure ??= `its thread ended with code ${code}`;
        resolve();
      });
    });
    signal.addEventListener('abort', this.#stop);
  }

  /** undefined where the signal ended it. */
  async run(job: Job, index: number, { onSteps }: PoolOptions): Promise<ExperimentResult | undefined> {
    let hear: ((report: Report) => void) | undefined;
    const done = new Promise<ExperimentResult>((resolve, reject) => {
      hear = (report) => {
        if ('steps' in report) onSteps(index, report.steps);
        else if ('result' in report) resolve(report.result);
        else reject(new JobError(index, report.error));
      };
      this.#worker.on('message', hear);
    });
    const ended = this.#ended.then(() => {
      if (this.signal.aborted) return undefined;
      throw new JobError(index, this.#failure ?? '');
    });
    this.#worker.postMessage(job);
    try {
      return await Promise.race([done, ended]);
    } finally {
      if (hear) this.#worker.off('message', hear);
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
    await this.#ended;
  }
}
