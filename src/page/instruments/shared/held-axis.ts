/** The ends of a chart's axes while a run is looked at: they only grow, so that what moves are the curves. */
export class HeldAxis {
  #of: unknown;
  #bounds: readonly [number, number] = [Infinity, -Infinity];
  #top = 0;

  /** `of`: what the axis is of, such as the runs' numbers; where it is another, the axis begins anew. */
  hold(of: unknown, [low, high]: readonly [number, number]): [number, number] {
    this.#begin(of);
    this.#bounds = [Math.min(this.#bounds[0], low), Math.max(this.#bounds[1], high)];
    return [...this.#bounds];
  }

  /** The same of the upper end alone. */
  holdTop(of: unknown, top: number): number {
    this.#begin(of);
    this.#top = Math.max(this.#top, top);
    return this.#top;
  }

  #begin(of: unknown): void {
    if (of === this.#of) return;
    this.#of = of;
    this.#bounds = [Infinity, -Infinity];
    this.#top = 0;
  }
}
