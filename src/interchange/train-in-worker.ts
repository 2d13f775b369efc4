import { expectFunction, expectSignal } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Signal } from '../train/abort.js';
import { DivergenceError } from '../train/divergence.js';
import type { Validated } from '../train/validation.js';
import type { Order, Report, TrainedInWorker } from './worker-messages.js';

/** A Web Worker, or one of node:worker_threads. */
export interface TrainingWorker {
  postMessage(message: unknown, transfer: never[]): void;
  terminate(): unknown;
}

/** What `trainInWorker` asks of an AbortSignal. */
export interface WorkerSignal extends Pick<Signal, 'aborted'> {
  addEventListener?(type: 'abort', listener: () => void): void;
  removeEventListener?(type: 'abort', listener: () => void): void;
}

/** What `trainInWorker` hands to the worker, and reports to. */
export interface TrainInWorkerOptions {
  /** Handed to the worker's `prepare`: anything that `postMessage` can send. */
  data?: unknown;
  /** What of the data is moved, not copied, such as the buffers of arrays. */
  transfer?: readonly unknown[];
  /** Ends the run after the step in hand: an AbortSignal, or what tells of its end as one does. */
  signal?: WorkerSignal;
  /** Called with each step (from 0) and its loss, some at a time. */
  onStep?: (step: number, loss: number) => void;
  onValidation?: (validated: Validated) => void;
}

/**
 * Trains in a worker, whose file calls `serveTraining`; the thread that calls this stays free. Resolves to what came of it;
 * the worker stays, for another call or for its owner's `terminate()`.
 *
 *     const worker = new Worker(new URL('./training.js', import.meta.url), { type: 'module' });
 *     const { parameters } = await trainInWorker(worker, { data, onStep });
 *
 * Errors: what `prepare` or the run throws there, by its message, and what `onStep` or `onValidation` throws;
 * DivergenceError as `Trainer.run`; Error for a worker that ends, cannot be loaded, or is at another call's training.
 */
export function trainInWorker(
  worker: TrainingWorker,
  options: TrainInWorkerOptions = {},
): Promise<TrainedInWorker> {
  if (typeof worker?.postMessage !== 'function')
    throw new TypeError(`trainInWorker: expected a Worker, got ${came(worker)}`);
  if (busy.has(worker)) throw new Error('trainInWorker: expected a worker that is free, got one that trains');
  const { data, transfer = [], signal, onStep, onValidation } = options;
  expectSignal('trainInWorker', signal);
  expectFunction('trainInWorker', 'onStep', onStep);
  expectFunction('trainInWorker', 'onValidation', onValidation);
  const order: Order = { type: 'start', data };
  worker.postMessage(order, transfer as never[]);
  busy.add(worker);
  return new Promise<TrainedInWorker>((resolve, reject) => {
    const abort = () => worker.postMessage({ type: 'abort' } satisfies Order, []);
    /** What a caller's function threw: the worker ends its run first. */
    let thrown: { error: unknown } | undefined;
    const call = (work: () => void) => {
      try {
        if (thrown === undefined) work();
      } catch (error) {
        thrown = { error };
        abort();
      }
    };
    const end = (settle: () => void) => {
      stop();
      signal?.removeEventListener?.('abort', abort);
      busy.delete(worker);
      if (thrown === undefined) settle();
      else reject(thrown.error);
    };
    const stop = listenTo(worker, {
      message(report) {
        if (report.type === 'steps')
          report.losses.forEach((loss, i) => {
            call(() => onStep?.(report.first + i, loss));
          });
        else if (report.type === 'validated') call(() => onValidation?.(report.validated));
        else if (report.type === 'done') {
          const { type: _type, ...trained } = report;
          end(() => resolve(trained));
        } else if (report.type === 'diverged') {
          const { step, loss, lastLoss, origin } = report;
          end(() => reject(new DivergenceError(step, loss, lastLoss, origin)));
        } else if (report.type === 'failed') {
          const error = Object.assign(new Error(report.message), { name: report.name });
          end(() => reject(error));
        }
      },
      failed(message) {
        end(() => reject(new Error(`trainInWorker: the worker ended: ${message}`)));
      },
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener?.('abort', abort);
  });
}

/** Workers that train. */
const busy = new WeakSet<TrainingWorker>();

interface Listener {
  message(report: Report): void;
  failed(message: string): void;
}

/** Listens to either kind of worker; returns how to stop. */
export function listenTo(worker: TrainingWorker, { message, failed }: Listener): () => void {
  const either = worker as TrainingWorker & {
    on?(type: string, listener: (value: never) => void): void;
    off?(type: string, listener: (value: never) => void): void;
    addEventListener?(type: string, listener: (event: never) => void): void;
    removeEventListener?(type: string, listener: (event: never) => void): void;
  };
  if (either.on !== undefined) {
    const onError = ({ message: text }: Error) => failed(text);
    const onExit = (code: number) => failed(`exit code ${code}`);
    either.on('message', message);
    either.on('error', onError);
    either.on('exit', onExit);
    return () => {
      either.off?.('message', message);
      either.off?.('error', onError);
      either.off?.('exit', onExit);
    };
  }
  const onMessage = ({ data }: { data: Report }) => message(data);
  const onError = ({ message: text }: { message?: string }) => failed(text ?? 'it could not be loaded');
  either.addEventListener?.('message', onMessage);
  either.addEventListener?.('error', onError);
  return () => {
    either.removeEventListener?.('message', onMessage);
    either.removeEventListener?.('error', onError);
  };
}
