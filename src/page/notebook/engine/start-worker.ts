import { proxy, wrap } from 'comlink';
import type { NotebookEngine } from './protocol.js';
import type { Started } from './runner.js';

/** A worker of this page for the cells. */
export function startWorker(onLost: (reason: string) => void): Started {
  const worker = new Worker(new URL('./notebook-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', ({ message }) => onLost(message || 'it could not be loaded'));
  worker.addEventListener('messageerror', () => onLost('what it sent cannot be read'));
  const remote = wrap<NotebookEngine>(worker);
  return {
    engine: {
      begin: (given, onChanges) => remote.begin(given, proxy(onChanges)),
      run: (cells, ids) => remote.run(cells, ids),
      stop: () => remote.stop(),
      ping: () => remote.ping(),
      names: (cells) => remote.names(cells),
    },
    end: () => worker.terminate(),
  };
}
