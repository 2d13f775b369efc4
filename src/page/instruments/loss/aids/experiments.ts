/** Experiments of the aids, in a worker of their own: they take seconds, and the run that is shown goes on meanwhile. */
import { type Remote, wrap } from 'comlink';
import type { NamesFile } from '../../../engine/protocol.js';
import type { Check } from './torch-check.js';

export interface Experiments {
  /** Compares with torch, on the built-in names or on the lecture's own; `report` gets each check as it is made. */
  compareWithTorch(names: NamesFile | undefined, report: (check: Check) => void): Promise<void>;
  exampleLosses(checkpoint: Uint8Array, names: NamesFile | undefined, count: number): Promise<Float32Array>;
  /** What the reader of names makes of a text: a sentence, or the error's. */
  readNames(text: string): Promise<{ accepted: boolean; message: string }>;
}

interface Opened {
  remote: Remote<Experiments>;
  /** Rejects when the worker has stopped, which then answers nobody. */
  stopped: Promise<never>;
}

let opened: Opened | undefined;

/** Makes an experiment; the worker begins with the first, and anew after one that it did not survive. */
export function runExperiment<T>(experiment: (experiments: Remote<Experiments>) => Promise<T>): Promise<T> {
  opened ??= open();
  return Promise.race([experiment(opened.remote), opened.stopped]);
}

function open(): Opened {
  const worker = new Worker(new URL('./experiments-worker.ts', import.meta.url), { type: 'module' });
  const stopped = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      opened = undefined;
      worker.terminate();
      reject(
        new Error(`The part of the page that makes experiments has stopped${message ? `: ${message}` : ''}.`),
      );
    });
  });
  // Nobody may be waiting.
  stopped.catch(() => {});
  return { remote: wrap<Experiments>(worker), stopped };
}
