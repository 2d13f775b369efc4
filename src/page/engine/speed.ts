/** Steps a second, measured over stretches of time. */
export class Speed {
  perSecond = 0;
  #time = 0;
  #steps = 0;

  start(steps: number): void {
    this.#time = performance.now();
    this.#steps = steps;
  }

  /** Once so many milliseconds have gone by since the last time. */
  measure(steps: number, after: number): void {
    const now = performance.now();
    const passed = now - this.#time;
    if (passed < after) return;
    this.perSecond = ((steps - this.#steps) / passed) * 1000;
    this.start(steps);
  }
}
