import { expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import { DivergenceError } from '../train/divergence.js';
import type { Trainer } from '../train/trainer.js';
import type { Validation } from '../train/validation.js';
import { saveStateDict } from './state-dict.js';
import type { Order, Report } from './worker-messages.js';

/** What a worker trains: made there, of anything that can be made there. */
export interface PreparedTraining {
  trainer: Trainer;
  /** Steps to make in all. */
  steps: number;
  /** Its `onValidation` is called here, after the report. */
  validation?: Validation | undefined;
}

/**
 * The worker's half: the whole of its file may be
 *
 *     import { serveTraining } from 'lanewise/worker';
 *     serveTraining(async (data) => ({ trainer: …, steps: 1000 }));
 *
 * `prepare` makes model and trainer of what `trainInWorker` was given as `data`. The run is made when that call comes;
 * another one when another comes. What is wrong with what it returns is the error of that call.
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
    let leave: () => void = () => undefined;
    try {
      const { trainer, steps, validation } = expectPrepared(await prepare(order.data as never));
      let first = trainer.steps;
      let losses: number[] = [];
      let until = 0;
      const flush = () => {
        if (losses.length > 0) report({ type: 'steps', first, losses });
        first += losses.length;
        losses = [];
        until = Date.now() + 16;
      };
      if (validation !== undefined) {
        const { onValidation } = validation;
        // For another order, whose training may have the same.
        leave = () => {
          validation.onValidation = onValidation;
        };
        validation.onValidation = (validated) => {
          flush();
          onValidation?.(validated);
          report({ type: 'validated', validated });
        };
      }
      const made = await trainer.run(steps, {
        signal,
        onStep(_step, loss) {
          losses.push(loss);
          if (Date.now() >= until) flush();
        },
        validation,
      });
      flush();
      const parameters = saveStateDict(trainer.model);
      const { lastLoss } = trainer;
      report({ type: 'done', steps: made, lastLoss, best: validation?.best, parameters }, [
        parameters.buffer,
      ]);
    } catch (error) {
      if (error instanceof DivergenceError) {
        const { step, loss, lastLoss, origin } = error;
        report({ type: 'diverged', step, loss, lastLoss, origin });
      } else {
        const { name = 'Error', message = String(error) } = (error ?? {}) as Error;
        report({ type: 'failed', name, message });
      }
    } finally {
      leave();
    }
  });
  report({ type: 'ready' });
}

/** What is to be trained; TypeError for what is none. */
function expectPrepared(prepared: PreparedTraining): PreparedTraining {
  expectOptions('serveTraining', prepared, ['trainer', 'steps', 'validation']);
  const { trainer, validation } = prepared;
  if (typeof trainer?.run !== 'function')
    throw new TypeError(`serveTraining: expected trainer to be a Trainer, got ${came(trainer)}`);
  if (validation !== undefined && typeof validation?.validate !== 'function')
    throw new TypeError(
      `serveTraining: expected validation to be new Validation(data, …), got ${came(validation)}`,
    );
  return prepared;
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
