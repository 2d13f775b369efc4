/** The worker's side of the notebook, whatever it runs in. */
import { thrownError } from '../../../notebook/cell-error.js';
import type { Cell } from '../../../notebook/format.js';
import { Graph } from '../../../notebook/graph.js';
import { type CellState, type Host, Session } from '../../../notebook/session.js';
import { STANDARD } from '../../../notebook/standard.js';
import { Changes } from './changes.js';
import type { Change, Given, NotebookEngine } from './protocol.js';

export class Engine implements NotebookEngine {
  readonly #host: Pick<Host, 'compile' | 'load'>;
  #session: Session | undefined;
  #changes = new Changes(() => {});

  /** @param host what the cells run in */
  constructor(host: Pick<Host, 'compile' | 'load'>) {
    this.#host = host;
  }

  async begin(given: Given, onChanges: (changes: readonly Change[]) => void): Promise<void> {
    const { names, long } = given;
    // The library comes when a cell needs it.
    const list = names && (await import('lanewise/makemore')).parseNames(names.bytes, names.source);
    const changes = new Changes(onChanges);
    this.#changes = changes;
    this.#session = new Session([], {
      ...this.#host,
      given: { names: list, long },
      onChange: (id, state) => changes.add(id, state),
    });
  }

  async run(cells: readonly Cell[], ids: readonly number[]): Promise<void> {
    const session = this.#begun;
    session.update(cells);
    await session.run(ids);
    // Who waits for the end has all states by then.
    this.#changes.send();
  }

  async setInput(id: number, name: string, value: number): Promise<void> {
    await this.#begun.setInput(id, name, value);
    this.#changes.send();
  }

  get #begun(): Session {
    if (this.#session === undefined) throw new Error('Engine: expected begin to be called first');
    return this.#session;
  }

  async stop(): Promise<void> {
    this.#session?.stop();
  }

  async ping(): Promise<void> {}

  async names(cells: readonly Cell[]): Promise<ReadonlyMap<string, number>> {
    const graph = new Graph(cells, new Set(STANDARD), (name) => name in globalThis);
    const names = new Map<string, number>();
    for (const { id, program } of graph.cells.values())
      for (const name of program?.definitions ?? []) names.set(name, id);
    return names;
  }

  /**
   * What was thrown where no cell awaits it, in a timer or a promise that nothing waits for, is the error of the cell that
   * threw it. False where it was none.
   */
  strayed(thrown: unknown): boolean {
    const session = this.#session;
    if (session === undefined) return false;
    const error = thrownError(thrown, 0, session.graph.cells);
    if (error.cell === 0) return false;
    const state: CellState = { ...session.stateOf(error.cell), status: 'failed', error };
    this.#changes.add(error.cell, state);
    return true;
  }
}
