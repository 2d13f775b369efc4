import { expectNumber, expectOptions } from '../core/expect.js';
import type { Snapshot, SnapshotOptions } from './snapshot.js';
import { Thinned } from './thinned.js';
import { type Watched, type Watcher, watch } from './watch.js';

/** Most records of the losses, and of what a watcher records. */
const LOSSES = 4096;
const RECORDS = 512;

/** What a `Recorder` measures, and how often. */
export interface RecorderOptions {
  /** Above which an output is saturated, as `watch` has it; from 0 to 1, default 0.97. */
  threshold?: number;
}

/**
 * A whole run, however long, in bounded room: the loss of the minibatches, what a watcher records of the steps, and the
 * network at its first step. Two runs of the same settings have the same records, whoever looked at them meanwhile.
 *
 *     const recorder = new Recorder(trainer);
 *     await trainer.run(200_000, { onStep: recorder.onStep });
 *     const { steps, columns } = recorder.series.track();
 *
 * The losses have 4096 records at most, the series 512: each step at first, every second when they are full, and so on.
 * A record costs what `Watcher.onStep` does; a run of 10,000 steps takes 1600 of them, one of 200,000 takes 2700.
 *
 * Errors: as `watch`.
 */
export class Recorder {
  /** One column. */
  readonly losses = new Thinned(1, LOSSES);
  /**
   * log10 update:data of each parameter, then std, then saturated share of each activation layer. The order is that of
   * `namedParameters()` and of a forward.
   */
  readonly series: Thinned;
  #first: Snapshot | undefined;
  #firstLoss: number | undefined;
  #threshold: number;
  #watcher: Watcher;
  readonly #watched: Watched;

  constructor(watched: Watched, options: RecorderOptions = {}) {
    expectOptions('Recorder', options, ['threshold']);
    const { threshold = 0.97 } = options;
    this.#watched = watched;
    this.#threshold = threshold;
    this.#watcher = watch(watched, { threshold });
    const { parameters, activations } = this.#watcher.series;
    this.series = new Thinned(parameters.length + 2 * activations.length, RECORDS);
    this.#watch();
  }

  /** After step 0, images included: the outputs are still those of the first parameters. Undefined without that step. */
  get first(): Snapshot | undefined {
    return this.#first;
  }

  /** Loss of step 0; undefined without that step. */
  get firstLoss(): number | undefined {
    return this.#firstLoss;
  }

  /** Holds from the next record on. RangeError outside 0 to 1. */
  set threshold(threshold: number) {
    expectNumber('Recorder', 'threshold', threshold, 0, 1);
    this.#threshold = threshold;
    this.#watch();
  }

  get threshold(): number {
    return this.#threshold;
  }

  /** For `trainer.run`'s `onStep`, or to be called after `optimizer.step()`; bound to the recorder. */
  readonly onStep = (step: number, loss: number): void => {
    this.losses.push(step, () => loss);
    if (step === 0) {
      this.#firstLoss = loss;
      this.#first = this.snapshot({ images: true });
    }
    if (this.series.takes(step)) this.#record(step, loss);
  };

  #record(step: number, loss: number): void {
    this.#watcher.onStep(step, loss);
    const { series } = this.#watcher;
    const { parameters, activations, length } = series;
    const last = length - 1;
    const before = this.series.every;
    this.series.push(step, (column) => {
      if (column < parameters.length) return series.updateToData(column)[last];
      const activation = column - parameters.length;
      if (activation < activations.length) return series.std(activation)[last];
      return series.saturated(activation - activations.length)[last];
    });
    // The watcher's own series is never thinned; a new watcher begins an empty one.
    if (this.series.every !== before) this.#watch();
  }

  /** As `Watcher.snapshot`. */
  snapshot(options?: SnapshotOptions): Snapshot {
    return this.#watcher.snapshot(options);
  }

  /**
   * Takes another's records before a step in place of its own, for a run that goes on from there. RangeError for a
   * network of another number of parameters or activation layers.
   */
  copy(other: Recorder, before: number): void {
    this.losses.copy(other.losses.track(), before);
    this.series.copy(other.series.track(), before);
    this.#first = before > 0 ? other.#first : undefined;
    this.#firstLoss = before > 0 ? other.#firstLoss : undefined;
    this.#watch();
  }

  #watch(): void {
    this.#watcher = watch(this.#watched, { every: this.series.every, threshold: this.#threshold });
  }
}
