import type { CellState } from '../../../notebook/session.js';
import type { Change } from './protocol.js';

/** Milliseconds of a frame: what changes more often is not seen. */
const FRAME = 16;

/** Outputs of a cell that are sent as they come; what follows them may be a flood. */
const FEW = 8;

/**
 * The states of cells on their way to the page. One that begins or ends is sent at once, and so are its first outputs, since a
 * cell that awaits nothing may hold the worker from then on; further outputs and progress at most once a frame.
 */
export class Changes {
  readonly #send: (changes: readonly Change[]) => void;
  readonly #waiting = new Map<number, CellState>();
  /** What was last added of each cell. */
  readonly #last = new Map<number, CellState>();
  #sent = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (changes: readonly Change[]) => void) {
    this.#send = send;
  }

  add(id: number, state: CellState): void {
    this.#waiting.set(id, state);
    const last = this.#last.get(id);
    this.#last.set(id, state);
    const { length } = state.outputs;
    const isEarly = length <= FEW && length !== last?.outputs.length;
    if (isEarly || last?.status !== state.status || performance.now() - this.#sent >= FRAME) this.send();
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
