/** Steps are made in portions, so many times a second. */
const PORTIONS = 20;

/** Calls back after so many milliseconds; returns what keeps it from that. */
export type Timer = (milliseconds: number, done: () => void) => () => void;

const timeout: Timer = (milliseconds, done) => {
  const id = setTimeout(done, milliseconds);
  return () => clearTimeout(id);
};

/** How fast runs may go: a portion of steps, a rest, the next portion. Only the timer knows of a clock. */
export class SpeedLimit {
  #stepsPerSecond = Number.POSITIVE_INFINITY;
  readonly #resting = new Set<() => void>();
  readonly #timer: Timer;

  constructor(timer: Timer = timeout) {
    this.#timer = timer;
  }

  /** @param stepsPerSecond above 0; Infinity: as fast as it goes. Errors: RangeError. */
  set(stepsPerSecond: number): void {
    if (!(stepsPerSecond > 0))
      throw new RangeError(`speed: expected steps a second above 0, got ${stepsPerSecond}`);
    this.#stepsPerSecond = stepsPerSecond;
    for (const wake of this.#resting) wake();
  }

  /** Steps until the next rest. */
  get portion(): number {
    return Math.max(1, Math.round(this.#stepsPerSecond / PORTIONS));
  }

  /** Resolves when the next portion is due, when the speed is changed, or when the signal says so. */
  async rest(signal: AbortSignal): Promise<void> {
    const { portion } = this;
    if (portion === Number.POSITIVE_INFINITY || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        stop();
        signal.removeEventListener('abort', wake);
        this.#resting.delete(wake);
        resolve();
      };
      const stop = this.#timer((1000 * portion) / this.#stepsPerSecond, wake);
      signal.addEventListener('abort', wake);
      this.#resting.add(wake);
    });
  }
}
