import type { CellState } from '../../../notebook/session.js';
import type { Change } from './protocol.js';

/** Milliseconds of a frame: what changes more often is not seen. */
const FRAME = 16;

/**
 * The states of cells on their way to the page. One that begins or ends is sent at once, since a cell that awaits nothing
 * may hold the worker from then on; outputs and progress at most once a frame.
 */
export class Changes {
  readonly #send: (changes: readonly Change[]) => void;
  readonly #waiting = new Map<number, CellState>();
  readonly #statuses = new Map<number, CellState['status']>();
  #sent = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (changes: readonly Change[]) => void) {
    this.#send = send;
  }

  add(id: number, state: CellState): void {
    this.#waiting.set(id, state);
    const sameStatus = this.#statuses.get(id) === state.status;
    this.#statuses.set(id, state.status);
    if (!sameStatus || performance.now() - this.#sent >= FRAME) this.send();
    else this.#timer ??= setTimeout(() => this.send(), FRAME);
  }

  /** Sends what waits. */
  send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    const changes = [...this.#waiting];
    this.#waiting.clear();
    this.#sent = performance.now();
    this.#send(changes);
  }
}
