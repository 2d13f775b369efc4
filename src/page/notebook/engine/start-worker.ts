import { proxy, wrap } from 'comlink';
import address from './notebook-worker.ts?worker&url';
import type { NotebookEngine } from './protocol.js';
import type { Started } from './runner.js';

/** A worker of this page for the cells. */
export function startWorker(onLost: (reason: string) => void): Started {
  const worker = new Worker(address, { type: 'module' });
  let loaded = false;
  // Later errors are those of cells that nothing awaits, and end nothing.
  worker.addEventListener('error', ({ message }) => {
    if (!loaded) onLost(message || 'the part of the page that runs cells could not be loaded');
  });
  worker.addEventListener('messageerror', () => onLost('what a cell shows cannot be read'));
  const remote = wrap<NotebookEngine>(worker);
  return {
    engine: {
      async begin(given, onChanges) {
        await remote.begin(given, proxy(onChanges));
        loaded = true;
      },
      run: (cells, ids) => remote.run(cells, ids),
      setInput: (id, name, value) => remote.setInput(id, name, value),
      stop: () => remote.stop(),
      ping: () => remote.ping(),
      names: (cells) => remote.names(cells),
    },
    end: () => worker.terminate(),
  };
}

/** Whether the page's server sends the worker a policy that lets no cell reach another server; see docs/lecture.md. */
export async function isGuarded(): Promise<boolean> {
  const { headers } = await fetch(address, { method: 'HEAD' });
  return /(?:default|connect)-src 'none'/.test(headers.get('Content-Security-Policy') ?? '');
}
