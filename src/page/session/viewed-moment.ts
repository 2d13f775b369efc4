/** Which moment is looked at: the newest, or an earlier one of those that the runs keep. */
import { batch, signal } from '@preact/signals';
import type { Remote } from 'comlink';
import type { Engine, Moment } from '../engine/protocol.js';
import type { RunView, Shown } from './open-runs.js';

export class ViewedMoment {
  /** The step that was asked for; undefined: the newest, as the moments below. */
  readonly looked = signal<number | undefined>(undefined);
  readonly main = signal<Moment | undefined>(undefined);
  readonly other = signal<Moment | undefined>(undefined);
  /** Resolves when the moments are those of the step. */
  here: Promise<void> = Promise.resolve();
  /** Of the moments that are here. */
  #step: number | undefined;
  #looks = 0;

  constructor(readonly worker: Remote<Engine>) {}

  /**
   * Looks at both runs at their kept moments nearest to a step. The step is that at once, and the moments when they are
   * here: of several looks, the last one's. Errors: what the worker says of a moment that it kept no longer.
   */
  look(step: number, shown: Shown): Promise<void> {
    const looking = this.#look(step, shown);
    this.here = looking.catch(() => {});
    return looking;
  }

  async #look(step: number, [main, other]: Shown): Promise<void> {
    const look = ++this.#looks;
    this.looked.value = step;
    try {
      const [past, otherPast] = await Promise.all([this.#at(step, main), other && this.#at(step, other)]);
      if (look === this.#looks) this.#show(step, past, otherPast);
    } catch (error) {
      if (look !== this.#looks) return;
      this.looked.value = this.#step;
      throw error;
    }
  }

  lookAtNewest(): void {
    this.#looks++;
    this.#show(undefined);
  }

  #show(step: number | undefined, main?: Moment, other?: Moment): void {
    this.#step = step;
    batch(() => {
      this.looked.value = step;
      this.main.value = main;
      this.other.value = other;
    });
  }

  async #at(step: number, { info, frame }: RunView): Promise<Moment | undefined> {
    const { kept, step: newest } = frame.peek();
    const nearest = nearestTo(step, [...kept, newest]);
    return nearest === newest ? undefined : this.worker.moment(info.id, nearest);
  }
}

const nearestTo = (step: number, steps: readonly number[]): number =>
  steps.reduce((best, each) => (Math.abs(each - step) < Math.abs(best - step) ? each : best));
