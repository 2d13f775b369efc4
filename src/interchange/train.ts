import { expectOptions } from '../core/expect.js';
import {
  listenTo,
  type TrainInWorkerOptions,
  type TrainingWorker,
  trainInWorker,
} from './train-in-worker.js';
import type { TrainingDescription } from './training-description.js';
import type { TrainedInWorker } from './worker-messages.js';

/** What `train` reports to, and where it trains. */
export interface TrainOptions extends Pick<TrainInWorkerOptions, 'signal' | 'onStep' | 'onValidation'> {
  /**
   * A worker whose file is `serveTraining(prepareTraining)`, for a page whose policy refuses `blob:` workers, or for many
   * trainings one after the other. It is its owner's to end. Default: one of its own, which ends with the training.
   */
  worker?: TrainingWorker;
}

/**
 * Trains what is described in a thread of its own, a Web Worker or one of node:worker_threads; the thread that calls this
 * stays free. There is no file to write and none to be found: the thread's program is text in a module that is loaded when
 * this is called first. Data are copied, and the bits are those of the same training here.
 *
 *     const { parameters } = await train({
 *       layers: [['Linear', 2, 8], ['Tanh'], ['Linear', 8, 1]],
 *       loss: ['BCEWithLogitsLoss'],
 *       optimizer: ['Adam', { lr: 0.05 }],
 *       x, y, seed: 1, steps: 500,
 *     }, { onStep });
 *
 * Errors: TypeError for what is no description, what the training throws, by its message; DivergenceError as `Trainer.run`;
 * Error where no worker can begin.
 */
export async function train(
  training: TrainingDescription,
  options: TrainOptions = {},
): Promise<TrainedInWorker> {
  expectOptions('train', options, ['worker', 'signal', 'onStep', 'onValidation']);
  const { worker = await begun(), ...rest } = options;
  try {
    return await trainInWorker(worker, { ...rest, data: training });
  } finally {
    if (worker !== options.worker) await worker.terminate();
  }
}

/** What is global in a page, a worker or Node; not all of it. */
interface Scope {
  Worker?: new (url: string, options: { type: 'module'; name: string }) => TrainingWorker;
  Blob?: new (parts: string[], options: { type: string }) => object;
  URL?: { createObjectURL?(blob: object): string; revokeObjectURL(url: string): void };
  process?: { getBuiltinModule?(name: string): { Worker: NodeWorker } | undefined };
}
type NodeWorker = new (text: string, options: { eval: true; name: string }) => TrainingWorker;

/** A worker of this package's own text, which has said that it is there. */
async function begun(): Promise<TrainingWorker> {
  const { default: text } = await import('./training-thread.ts?script');
  const { Worker, Blob, URL, process } = globalThis as unknown as Scope;
  const name = 'lanewise';
  const threads = process?.getBuiltinModule?.('node:worker_threads');
  // onnxruntime-web makes Node's own a global, which takes no address of a blob.
  if (
    Worker !== undefined &&
    (Worker as unknown) !== threads?.Worker &&
    Blob !== undefined &&
    URL?.createObjectURL !== undefined
  ) {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    try {
      return await ready(() => new Worker(url, { type: 'module', name }));
    } finally {
      URL.revokeObjectURL(url);
    }
  }
  if (threads === undefined)
    throw new Error('train: expected Worker, or node:worker_threads of Node 20.16 or later, got neither');
  return ready(() => new threads.Worker(text, { eval: true, name }));
}

async function ready(make: () => TrainingWorker): Promise<TrainingWorker> {
  try {
    const worker = make();
    await new Promise<void>((resolve, reject) => {
      const stop = listenTo(worker, {
        message(report) {
          if (report.type !== 'ready') return;
          stop();
          resolve();
        },
        failed: (message) => reject(new Error(message)),
      });
    });
    return worker;
  } catch (cause) {
    const { message = String(cause) } = (cause ?? {}) as Error;
    throw new Error(
      `train: expected a worker of its own to begin, got: ${message}. Where a page's policy refuses blob: workers, give it one: ` +
        'train(training, { worker }), of a file that calls serveTraining(prepareTraining)',
      { cause },
    );
  }
}
