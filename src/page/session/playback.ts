import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Remote } from 'comlink';
import type { Engine } from '../engine/protocol.js';
import { messageOf } from './jobs.js';
import type { RunView } from './open-runs.js';
import { pollFrames } from './poll-frames.js';

/** Trains the runs that are shown, and brings their frames while they train. */
export class Playback {
  readonly playing: ReadonlySignal<boolean>;
  readonly #playing = signal(false);
  readonly #worker: Remote<Engine>;
  readonly #shown: ReadonlySignal<readonly RunView[]>;
  readonly #problem: Signal<string | undefined>;
  readonly #lookAtNewest: () => void;
  #goal = Number.POSITIVE_INFINITY;
  #played: Promise<void> = Promise.resolve();

  constructor(
    worker: Remote<Engine>,
    shown: ReadonlySignal<readonly RunView[]>,
    problem: Signal<string | undefined>,
    lookAtNewest: () => void,
  ) {
    this.playing = this.#playing;
    this.#worker = worker;
    this.#shown = shown;
    this.#problem = problem;
    this.#lookAtNewest = lookAtNewest;
  }

  /** The step that the runs were to be trained to when they last set out. */
  get goal(): number {
    return this.#goal;
  }

  /** Those that are behind catch up first. */
  async play(until: number): Promise<void> {
    const runs = this.#shown.peek();
    if (runs.length === 0 || this.#playing.peek()) return;
    batch(() => {
      this.#playing.value = true;
      this.#lookAtNewest();
      this.#problem.value = undefined;
    });
    this.#goal = until;
    this.#played = this.#train(runs, until);
    await this.#played;
  }

  async #train(runs: readonly RunView[], until: number): Promise<void> {
    const stop = pollFrames(() => this.refresh(() => this.#playing.peek()));
    try {
      await Promise.all(
        runs.map(async (run) => {
          const { steps } = run.info.settings;
          run.frame.value = await this.#worker.play(run.info.id, Math.min(until, steps));
        }),
      );
    } catch (error) {
      this.#problem.value = messageOf(error);
      // The other one is not left to play on alone.
      await this.#worker.pause();
    } finally {
      stop();
      this.#playing.value = false;
    }
  }

  async pause(): Promise<void> {
    if (!this.#playing.peek()) return;
    await this.#worker.pause();
    // The last frames are here then.
    await this.#played;
  }

  /** The newest frames of the runs that are shown. */
  async refresh(wanted = () => true): Promise<void> {
    const runs = this.#shown.peek();
    const frames = await Promise.all(runs.map(({ info }) => this.#worker.frame(info.id)));
    if (!wanted()) return;
    batch(() => {
      runs.forEach((run, i) => {
        run.frame.value = frames[i];
      });
    });
  }

  /** The worker is gone. */
  end(): void {
    this.#playing.value = false;
  }
}
