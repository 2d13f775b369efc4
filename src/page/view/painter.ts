/** Who may draw, and when: a few milliseconds in each frame of the screen, the longest unpainted first. */

export interface Painted {
  /** Draws what there is now, or a part that takes long by itself; returns whether it is done. */
  paint(): boolean;
  /** Whether it can be seen. */
  visible: boolean;
  stale: boolean;
  /** When it was last painted, and how long that took. */
  at: number;
  took: number;
}

/** Milliseconds of one frame that drawing may take; what does not fit waits for the next. */
const BUDGET = 5;
/**
 * From one painting of the same thing to the next: ten a second are seen as movement. What takes long is painted less
 * often: a twentieth of the time goes to it at most, yet nothing waits longer than a second.
 */
const REST = 100;
const SHARE = 1 / 20;
const LONGEST = 1000;
/** All of them together take so much of the time: a run that trains meanwhile wants the processor too. */
const TOGETHER = 1 / 12;

/** Resolves in another task of the main thread, after a paint where one is due. */
export const task = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

class Painter {
  readonly #all = new Set<Painted>();
  #frame: number | undefined;
  /** Until when what has been painted lately is enough. */
  #restUntil = 0;

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

  /** Draws everything now, seen or not: for print, before which there is no other frame. */
  all(): void {
    this.#now(() => true);
  }

  /** Draws now what is seen: the page around it has other colours. The rest comes when it is seen. */
  seen(): void {
    this.#now(({ visible }) => visible);
  }

  #now(wanted: (painted: Painted) => boolean): void {
    for (const painted of this.#all) {
      if (!wanted(painted)) continue;
      // A first drawing has up to three parts; what has nothing to draw is done at once.
      for (let part = 0; part < 4 && painted.stale; part++) painted.stale = !painted.paint();
    }
  }

  #paint(): void {
    this.#frame = undefined;
    const start = performance.now();
    const waiting = [...this.#all].filter(({ stale, visible }) => stale && visible);
    const rest = start < this.#restUntil ? LONGEST : REST;
    const due = waiting
      .filter(({ at, took }) => start - at >= Math.min(LONGEST, Math.max(rest, took / SHARE)))
      .sort((a, b) => a.at - b.at);
    let done = 0;
    let now = start;
    for (const painted of due) {
      if (done > 0 && now - start >= BUDGET) break;
      const before = now;
      const whole = tried(painted);
      now = performance.now();
      painted.stale = !whole;
      // The part of a first drawing takes a frame for itself.
      if (!whole) break;
      painted.at = now;
      painted.took = now - before;
      done++;
    }
    if (done > 0) this.#restUntil = now + (now - start) / TOGETHER;
    if (done < waiting.length) this.ask();
  }
}

/** What fails is done, until it changes: it does not hold up the others. */
function tried(painted: Painted): boolean {
  try {
    return painted.paint();
  } catch (error) {
    reportError(error);
    return true;
  }
}

export const painter = new Painter();
