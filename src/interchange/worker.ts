import { came } from '../core/kind.js';
import { DivergenceError } from '../train/divergence.js';
import type { Origin } from '../train/failed.js';
import type { Signal, Trainer, Validated, ValidationOptions } from '../train/trainer.js';
import { saveStateDict } from './state-dict.js';

/** What a worker trains: made there, of anything that can be made there. */
export interface PreparedTraining {
  trainer: Trainer;
  /** Steps to make in all. */
  steps: number;
  /** As of `Trainer.run`. */
  options?: ValidationOptions;
}

/** A Web Worker, or one of node:worker_threads. */
export interface TrainingWorker {
  postMessage(message: unknown, transfer?: never[]): void;
  terminate(): unknown;
}

export interface TrainInWorkerOptions {
  /** Handed to the worker's `prepare`: anything that `postMessage` can send. */
  data?: unknown;
  /** What of the data is moved, not copied, such as the buffers of arrays. */
  transfer?: readonly unknown[];
  /** Ends the run after the step in hand. */
  signal?: Pick<Signal, 'aborted'> & { addEventListener?(type: 'abort', listener: () => void): void };
  /** Called with each step (from 0) and its loss, some at a time. */
  onStep?: (step: number, loss: number) => void;
  onValidation?: (validated: Validated) => void;
}

/** What a training in a worker came to. */
export interface TrainedInWorker {
  /** Steps made: fewer than asked for where the signal or the patience ended it. */
  steps: number;
  lastLoss: number | undefined;
  best: Validated | undefined;
  /** The model's parameters and statistics: `loadStateDict(model, parameters)`. */
  parameters: Uint8Array<ArrayBuffer>;
}

type Order = { type: 'start'; data: unknown } | { type: 'abort' };
type Report =
  | { type: 'ready' }
  | { type: 'steps'; first: number; losses: number[] }
  | { type: 'validated'; validated: Validated }
  | ({ type: 'done' } & TrainedInWorker)
  | { type: 'diverged'; step: number; loss: number; lastLoss: number | undefined; origin: Origin }
  | { type: 'failed'; name: string; message: string };

/**
 * The worker's half: the whole of its file may be
 *
 *     import { serveTraining } from 'lanewise/worker';
 *     serveTraining(async (data) => ({ trainer: …, steps: 1000 }));
 *
 * `prepare` makes model and trainer of what `trainInWorker` was given as `data`. The run is made when that call comes;
 * another one when another comes.
 */
export function serveTraining(prepare: (data: never) => PreparedTraining | Promise<PreparedTraining>): void {
  const port = ownPort();
  let signal = { aborted: false, throwIfAborted: () => undefined };
  const report = (message: Report, transfer: ArrayBuffer[] = []) => port.post(message, transfer);
  port.listen(async (order: Order) => {
    if (order.type === 'abort') {
      signal.aborted = true;
      return;
    }
    signal = { aborted: false, throwIfAborted: () => undefined };
    try {
      const { trainer, steps, options = {} } = await prepare(order.data as never);
      let first = trainer.steps;
      let losses: number[] = [];
      let until = 0;
      const flush = () => {
        if (losses.length > 0) report({ type: 'steps', first, losses });
        first += losses.length;
        losses = [];
        until = Date.now() + 16;
      };
      const made = await trainer.run(steps, {
        ...options,
        signal,
        onStep(_step, loss) {
          losses.push(loss);
          if (Date.now() >= until) flush();
        },
        onValidation(validated) {
          flush();
          options.onValidation?.(validated);
          report({ type: 'validated', validated });
        },
      });
      flush();
      const parameters = saveStateDict(trainer.model);
      const { lastLoss, best } = trainer;
      report({ type: 'done', steps: made, lastLoss, best, parameters }, [parameters.buffer]);
    } catch (error) {
      if (error instanceof DivergenceError) {
        const { step, loss, lastLoss, origin } = error;
        report({ type: 'diverged', step, loss, lastLoss, origin });
      } else {
        const { name = 'Error', message = String(error) } = (error ?? {}) as Error;
        report({ type: 'failed', name, message });
      }
    }
  });
  report({ type: 'ready' });
}

/**
 * Trains in a worker, whose file calls `serveTraining`; the thread that calls this stays free. Resolves to what came of it;
 * the worker stays, for another call or for its owner's `terminate()`.
 *
 *     const worker = new Worker(new URL('./training.js', import.meta.url), { type: 'module' });
 *     const { parameters } = await trainInWorker(worker, { data, onStep });
 *
 * Errors: what `prepare` or the run throws there, by its message; DivergenceError as `Trainer.run`; Error for a worker
 * that ends or cannot be loaded.
 */
export function trainInWorker(
  worker: TrainingWorker,
  options: TrainInWorkerOptions = {},
): Promise<TrainedInWorker> {
  if (typeof worker?.postMessage !== 'function')
    throw new TypeError(`trainInWorker: expected a Worker, got ${came(worker)}`);
  const { data, transfer = [], signal, onStep, onValidation } = options;
  return new Promise((resolve, reject) => {
    let ended = false;
    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      stop();
      settle();
    };
    const stop = listenTo(worker, {
      message(report) {
        if (report.type === 'steps')
          report.losses.forEach((loss, i) => {
            onStep?.(report.first + i, loss);
          });
        else if (report.type === 'validated') onValidation?.(report.validated);
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
    const order: Order = { type: 'start', data };
    worker.postMessage(order, transfer as never[]);
    const abort = () => worker.postMessage({ type: 'abort' } satisfies Order);
    if (signal?.aborted) abort();
    else signal?.addEventListener?.('abort', abort);
  });
}

interface Listener {
  message(report: Report): void;
  failed(message: string): void;
}

/** Listens to either kind of worker; returns how to stop. */
function listenTo(worker: TrainingWorker, { message, failed }: Listener): () => void {
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

interface Port {
  post(message: Report, transfer: ArrayBuffer[]): void;
  listen(listener: (order: Order) => void): void;
}

/** The worker's way to who made it: of a Web Worker the global object, in Node `parentPort`. */
function ownPort(): Port {
  type Messages = {
    postMessage(message: unknown, transfer: unknown[]): void;
    on?(type: 'message', listener: (value: Order) => void): void;
    addEventListener?(type: 'message', listener: (event: { data: Order }) => void): void;
  };
  const scope = globalThis as unknown as Messages & {
    process?: { getBuiltinModule?(name: string): { parentPort: Messages | null } | undefined };
  };
  const node = scope.process?.getBuiltinModule?.('node:worker_threads')?.parentPort;
  if (node)
    return {
      post: (message, transfer) => node.postMessage(message, transfer),
      listen: (listener) => node.on?.('message', listener),
    };
  if (typeof scope.postMessage !== 'function' || typeof scope.addEventListener !== 'function')
    throw new Error(
      'serveTraining: expected to be called in a Web Worker or a thread of node:worker_threads',
    );
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen: (listener) => scope.addEventListener?.('message', ({ data }) => listener(data)),
  };
}
