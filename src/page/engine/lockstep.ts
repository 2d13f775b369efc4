/** Steps that a run may be ahead of one that plays beside it. */
const LEAD = 64;

interface Walker {
  /** Steps made. */
  readonly steps: number;
  /** Ends what it does now, so that it asks for its limit again. */
  interrupt(): void;
}

/** Keeps the runs that play level: the one that is behind catches up, and then they go on side by side. */
export class Lockstep {
  readonly #walking = new Set<Walker>();

  enter(walker: Walker): void {
    for (const other of this.#walking) other.interrupt();
    this.#walking.add(walker);
  }

  leave(walker: Walker): void {
    this.#walking.delete(walker);
  }

  /** The step up to which a run may go. The run that is furthest behind is always below its own. */
  limit(walker: Walker): number {
    let least = Number.POSITIVE_INFINITY;
    for (const other of this.#walking) if (other !== walker) least = Math.min(least, other.steps);
    return least + LEAD;
  }

  /** Where runs that are to rest come level: the step of the furthest, for those that are not far behind it. */
  rest(walker: Walker): number {
    const most = Math.max(walker.steps, ...Array.from(this.#walking, ({ steps }) => steps));
    return most - walker.steps <= LEAD ? most : walker.steps;
  }
}
