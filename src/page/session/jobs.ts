/** What the page asks of the worker beside training: one thing after the other. */
import { type Signal, signal } from '@preact/signals';

export class Jobs {
  /** What is being done, in words. */
  readonly busy = signal<string | undefined>(undefined);
  #last: Promise<unknown> = Promise.resolve();
  #waiting: string[] = [];
  readonly #problem: Signal<string | undefined>;
  #ended = false;

  /** @param problem what went wrong, for a person */
  constructor(problem: Signal<string | undefined>) {
    this.#problem = problem;
  }

  /** Works when all earlier work is done. Undefined where it throws; the message is in `problem` then. */
  async work<T>(what: string, job: () => Promise<T>): Promise<T | undefined> {
    if (this.#ended) return undefined;
    this.#waiting.push(what);
    this.busy.value = this.#waiting[0];
    const done = this.#last.then(async () => {
      this.#problem.value = undefined;
      try {
        return await job();
      } catch (error) {
        if (!this.#ended) this.#problem.value = messageOf(error);
        return undefined;
      } finally {
        this.#waiting.shift();
        this.busy.value = this.#waiting[0];
      }
    });
    this.#last = done;
    return done;
  }

  /** Does what nobody waits for, after all earlier work. */
  later(job: () => Promise<unknown>): void {
    if (!this.#ended) this.#last = this.#last.then(job).catch(() => {});
  }

  /** Nothing is done from here on: what would do it is gone. */
  end(): void {
    this.#ended = true;
    this.#waiting = [];
    this.busy.value = undefined;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
