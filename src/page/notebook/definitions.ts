import { type ReadonlySignal, signal } from '@preact/signals';
import type { Cell } from '../../notebook/format.js';

type Names = ReadonlyMap<string, number>;

/** Names that the cells define, as the worker says them once it has time. */
export class Definitions {
  readonly #names = signal<Names>(new Map());
  readonly names: ReadonlySignal<Names> = this.#names;
  readonly #ask: (cells: readonly Cell[]) => Promise<Names | undefined>;
  #wanted: readonly Cell[] | undefined;
  #asking = false;

  /** @param ask undefined where nobody can tell */
  constructor(ask: (cells: readonly Cell[]) => Promise<Names | undefined>) {
    this.#ask = ask;
  }

  /** Of changes that follow each other, the last is asked about. */
  ask(cells: readonly Cell[]): void {
    this.#wanted = cells;
    if (!this.#asking) void this.#askAll();
  }

  async #askAll(): Promise<void> {
    this.#asking = true;
    // What changes in several steps is one change.
    await Promise.resolve();
    while (this.#wanted !== undefined) {
      const cells = this.#wanted;
      this.#wanted = undefined;
      const names = await this.#ask(cells);
      if (names !== undefined) this.#names.value = names;
    }
    this.#asking = false;
  }
}
