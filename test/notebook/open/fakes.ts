import { runInThisContext } from 'node:vm';
import { type Cell, serialiseNotebook } from '../../../src/notebook/format.js';
import type { CellFunction } from '../../../src/notebook/session.js';
import { Engine } from '../../../src/page/notebook/engine/engine.js';
import type { NotebookEngine } from '../../../src/page/notebook/engine/protocol.js';
import type { Started } from '../../../src/page/notebook/engine/runner.js';
import { type OpenNotebook, openNotebook, type Where } from '../../../src/page/notebook/open-notebook.js';
import type { Store } from '../../../src/page/notebook/store.js';
import { cellsOf } from '../cells.js';

/** A worker in this thread: what it sends is cloned, as on the way between threads. */
export class FakeWorker implements Started {
  readonly engine: NotebookEngine;
  readonly lose: (reason: string) => void;
  /** Whether it answers: a cell that awaits nothing holds it. */
  listens = true;
  ended = false;

  constructor(onLost: (reason: string) => void) {
    this.lose = onLost;
    const engine = new Engine({
      compile: (text, file) => runInThisContext(text, { filename: file }) as CellFunction,
      load: async (name) => ({ name }),
    });
    const answer = async <T>(answered: () => Promise<T>): Promise<T> => {
      const answers = this.listens ? await answered() : undefined;
      if (!this.listens || this.ended) await new Promise(() => {});
      return structuredClone(answers) as T;
    };
    this.engine = {
      begin: (given, onChanges) =>
        answer(() =>
          engine.begin(given, (changes) => {
            if (!this.ended) onChanges(structuredClone(changes));
          }),
        ),
      run: (cells, ids) => answer(() => engine.run(structuredClone(cells), ids)),
      setInput: (id, name, value) => answer(() => engine.setInput(id, name, value)),
      stop: () => answer(() => engine.stop()),
      ping: () => answer(() => engine.ping()),
      names: (cells) => answer(() => engine.names(cells)),
    };
  }

  end(): void {
    this.ended = true;
  }
}

/** What a browser keeps, for all tabs. */
export class FakeStore implements Store {
  readonly kept = new Map<string, unknown>();
  /** Why nothing can be kept. */
  refuses: string | undefined;
  writes = 0;

  async get(key: string): Promise<unknown> {
    if (this.refuses) throw new Error(this.refuses);
    return structuredClone(this.kept.get(key));
  }

  async update(key: string, change: (old: unknown) => unknown): Promise<void> {
    if (this.refuses) throw new Error(this.refuses);
    this.kept.set(key, structuredClone(change(structuredClone(this.kept.get(key)))));
    this.writes++;
  }
}

export interface Opened {
  notebook: OpenNotebook;
  /** In the order in which they were started. */
  workers: FakeWorker[];
}

/** The text of a notebook with cells of these sources, numbered from 1. */
export const textOf = (...sources: string[]): string =>
  serialiseNotebook({ title: 'Tried', theme: 'air', cells: cellsOf(...sources) });

/** A tab with a notebook of our own. */
export async function open(builtIn: string, more: Partial<Where> = {}): Promise<Opened> {
  const workers: FakeWorker[] = [];
  const start = (onLost: (reason: string) => void) => {
    const worker = new FakeWorker(onLost);
    workers.push(worker);
    return worker;
  };
  // A turn of the loop, in which a worker that listens answers.
  const beat = () => new Promise<void>((resolve) => setImmediate(resolve));
  const notebook = await openNotebook({ builtIn, name: 'own.html', start, beat, ...more });
  return { notebook, workers };
}

export const file = (name: string, text: string): File => new File([text], name);

/** What a cell shows, in words. */
export const shows = (notebook: OpenNotebook, id: number): string[] =>
  notebook
    .states(id)
    .peek()
    .outputs.map((shown) => (shown.kind === 'text' ? shown.text : JSON.stringify(shown)));

export const statuses = (notebook: OpenNotebook): string[] =>
  notebook.cells.peek().map(({ id }) => notebook.states(id).peek().status);

export const sources = (notebook: OpenNotebook): string[] =>
  notebook.cells.peek().map(({ source }: Cell) => source);

/** Waits for a state, however long that takes. */
export async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 1));
}
