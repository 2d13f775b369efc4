import { BatchNorm1d, type Trainer, type Watcher, watch } from 'lanewise';
import type { Track } from '../protocol.js';
import { distanceOf } from './distance.js';
import { normsOf } from './norms.js';

/** Values over the steps in bounded room: when it is full every second record goes, and from then on every second step. */
export class Thinned {
  every = 1;
  readonly #capacity: number;
  #length = 0;
  readonly #steps: Float64Array;
  readonly #columns: Float32Array[];

  constructor(columns: number, capacity: number) {
    this.#capacity = capacity;
    this.#steps = new Float64Array(capacity);
    this.#columns = Array.from({ length: columns }, () => new Float32Array(capacity));
  }

  /** Whether this step belongs to the records. */
  takes(step: number): boolean {
    return step % this.every === 0;
  }

  /** `read` gives the value of each column. */
  push(step: number, read: (column: number) => number): void {
    if (this.#length === this.#capacity) this.#thin();
    if (!this.takes(step)) return;
    this.#steps[this.#length] = step;
    this.#columns.forEach((column, i) => {
      column[this.#length] = read(i);
    });
    this.#length++;
  }

  #thin(): void {
    this.every *= 2;
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      if (!this.takes(this.#steps[i])) continue;
      this.#steps[kept] = this.#steps[i];
      for (const column of this.#columns) column[kept] = column[i];
      kept++;
    }
    this.#length = kept;
  }

  /** A copy. */
  track(): Track {
    return {
      every: this.every,
      steps: this.#steps.slice(0, this.#length),
      columns: this.#columns.map((column) => column.slice(0, this.#length)),
    };
  }

  /** Takes the records before a step from another track of as many columns. */
  copy({ steps, every, columns }: Track, before: number): void {
    const end = steps.findIndex((step) => step >= before);
    const length = end < 0 ? steps.length : end;
    this.every = every;
    this.#length = length;
    this.#steps.set(steps.subarray(0, length));
    this.#columns.forEach((column, i) => {
      column.set(columns[i].subarray(0, length));
    });
  }
}

const LOSSES = 4096;
const RECORDS = 512;

/** Losses of a run, and what a watcher records of it: every step at first, fewer later, so that it costs 2 % at most. */
export class Tracks {
  readonly losses = new Thinned(1, LOSSES);
  readonly series: Thinned;
  /** How far the running statistics of each batch norm are from the minibatch's: mean, deviation, of each. */
  readonly normDistances: Thinned;
  watcher: Watcher;
  readonly #trainer: Trainer;
  #threshold: number;

  constructor(trainer: Trainer, threshold: number) {
    this.#trainer = trainer;
    this.#threshold = threshold;
    this.watcher = watch(trainer, { threshold });
    const { parameters, activations } = this.watcher.series;
    this.series = new Thinned(parameters.length + 2 * activations.length, RECORDS);
    const norms = trainer.model.layers.filter((layer) => layer instanceof BatchNorm1d);
    this.normDistances = new Thinned(2 * norms.length, RECORDS);
    this.#watch();
  }

  set threshold(threshold: number) {
    this.#threshold = threshold;
    this.#watch();
  }

  onStep(step: number, loss: number): void {
    if (this.losses.takes(step)) this.losses.push(step, () => loss);
    if (this.normDistances.takes(step)) {
      const distances = normsOf(this.#trainer.model.layers).map(distanceOf);
      this.normDistances.push(
        step,
        (column) => distances[column >> 1]?.[column % 2 === 0 ? 'mean' : 'std'] ?? Number.NaN,
      );
    }
    if (!this.series.takes(step)) return;
    this.watcher.onStep(step, loss);
    const { series } = this.watcher;
    const { parameters, activations, length } = series;
    if (length === 0) return;
    const last = length - 1;
    const before = this.series.every;
    this.series.push(step, (column) => {
      if (column < parameters.length) return series.updateToData(column)[last];
      const activation = column - parameters.length;
      if (activation < activations.length) return series.std(activation)[last];
      return series.saturated(activation - activations.length)[last];
    });
    // The watcher's own series is never thinned; a new watcher begins an empty one.
    if (this.series.every !== before || length >= RECORDS) this.#watch();
  }

  #watch(): void {
    this.watcher = watch(this.#trainer, { every: this.series.every, threshold: this.#threshold });
  }
}
