/** What each cell shows: what the worker says of it, unless it was edited since. */
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Cell } from '../../notebook/format.js';
import type { CellState } from '../../notebook/session.js';
import type { Change } from './engine/protocol.js';

const IDLE: CellState = { status: 'idle', outputs: [] };

export class CellStates {
  readonly #states = new Map<number, Signal<CellState>>();
  /** The cells as they were last sent to be run. */
  #sent: ReadonlyMap<number, Cell> = new Map();
  readonly #running = signal<ReadonlySet<number>>(new Set());
  readonly #count = signal(0);
  /** How many cells run, those that were edited since included. */
  readonly running: ReadonlySignal<number> = this.#count;

  of(id: number): ReadonlySignal<CellState> {
    return this.#of(id);
  }

  /** The cells are sent to be run as they are. */
  sent(cells: readonly Cell[]): void {
    this.#sent = new Map(cells.map((cell) => [cell.id, cell]));
  }

  /** Takes what the worker says. A cell that was edited since stays idle; one that is to run shows what it showed. */
  take(changes: readonly Change[], cellOf: (id: number) => Cell | undefined): void {
    const running = new Set(this.#running.peek());
    batch(() => {
      for (const [id, state] of changes) {
        if (state.status === 'running') running.add(id);
        else running.delete(id);
        if (!this.#isAsSent(id, cellOf(id))) continue;
        if (state.status === 'idle') this.#idle(id);
        else this.#of(id).value = state;
      }
      this.#run(running);
    });
  }

  /** What was edited since it ran is idle, and shows what it showed. */
  follow(cells: readonly Cell[]): void {
    batch(() => {
      for (const cell of cells) {
        const state = this.#of(cell.id).peek();
        if (state.status !== 'idle' && !this.#isAsSent(cell.id, cell)) this.#idle(cell.id);
      }
    });
  }

  /** All values are gone: nothing runs, and all show what they showed. */
  forget(): void {
    batch(() => {
      for (const id of this.#states.keys()) this.#idle(id);
      this.#run(new Set());
    });
  }

  /** The same where it was no one's wish: cells that ran say why. */
  lose(reason: string): void {
    batch(() => {
      for (const id of this.#running.peek()) {
        const { outputs } = this.#of(id).peek();
        const message = `${reason}, so it was ended, and the values of all cells with it`;
        this.#of(id).value = { status: 'failed', outputs, error: { name: 'Stopped', message, cell: id } };
      }
      for (const [id, { value }] of this.#states) if (value.status === 'done') this.#idle(id);
      this.#run(new Set());
    });
  }

  /** For another notebook. */
  clear(): void {
    batch(() => {
      for (const state of this.#states.values()) state.value = IDLE;
      this.#sent = new Map();
      this.#run(new Set());
    });
  }

  #run(running: ReadonlySet<number>): void {
    this.#running.value = running;
    this.#count.value = running.size;
  }

  /** Text and code of the same source are not the same. */
  #isAsSent(id: number, cell: Cell | undefined): boolean {
    const sent = this.#sent.get(id);
    return cell?.source === sent?.source && cell?.mode === sent?.mode;
  }

  #idle(id: number): void {
    const state = this.#of(id);
    state.value = { status: 'idle', outputs: state.peek().outputs };
  }

  #of(id: number): Signal<CellState> {
    let state = this.#states.get(id);
    if (state === undefined) {
      state = signal(IDLE);
      this.#states.set(id, state);
    }
    return state;
  }
}
