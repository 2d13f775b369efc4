import { proxy, wrap } from 'comlink';
import type { Measurement, Progress, Stopwatch } from './protocol.js';

/** Measures in a worker that lives as long as that takes; rejects with the signal's reason where that ends it. */
export async function measureHere(
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Measurement> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise<Measurement>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      worker.addEventListener('error', ({ message }) =>
        reject(new Error(message || 'the worker that measures could not be loaded')),
      );
      wrap<Stopwatch>(worker).measure(proxy(onProgress)).then(resolve, reject);
    });
  } finally {
    worker.terminate();
  }
}
