/** Who may draw, and when: a few milliseconds in each frame of the screen, the longest unpainted first. */

export interface Painted {
  /** Draws what there is now, or a part that takes long by itself; returns whether it is done. */
  paint(): boolean;
  /** Whether it can be seen. */
  visible: boolean;
  stale: boolean;
  /** When it was last painted. */
  at: number;
}

/** Milliseconds of one frame that drawing may take; what does not fit waits for the next. */
const BUDGET = 6;

/** Resolves in another task of the main thread, after a paint where one is due. */
export const task = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

export class Painter {
  readonly #all = new Set<Painted>();
  #frame: number | undefined;

  add(painted: Painted): () => void {
    this.#all.add(painted);
    return () => {
      this.#all.delete(painted);
    };
  }

  /** There is something new to draw. */
  ask(): void {
    this.#frame ??= requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#frame = undefined;
    const waiting = [...this.#all]
      .filter(({ stale, visible }) => stale && visible)
      .sort((a, b) => a.at - b.at);
    const start = performance.now();
    let done = 0;
    for (const painted of waiting) {
      if (done > 0 && performance.now() - start >= BUDGET) break;
      const whole = painted.paint();
      painted.stale = !whole;
      // The part of a first drawing takes a frame for itself.
      if (!whole) break;
      painted.at = performance.now();
      done++;
    }
    if (done < waiting.length) this.ask();
  }
}

export const painter = new Painter();
