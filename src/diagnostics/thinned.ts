import { expectInteger } from '../core/expect.js';

/** Values over the steps: a record for each of `steps`, a value in each of `columns`. All of it can be cloned. */
export interface Track {
  steps: Float64Array;
  /** Steps from one record to the next. */
  every: number;
  columns: Float32Array[];
}

/**
 * Values over the steps in bounded room: when it is full every second record goes, and from then on every second step.
 * The records are those of the steps 0, every, 2 · every …, so that they depend on the steps alone, not on when one looks.
 *
 * Errors: RangeError for a capacity below 2 or a number of columns below 0.
 */
export class Thinned {
  #every = 1;
  readonly #capacity: number;
  #length = 0;
  readonly #steps: Float64Array;
  readonly #columns: Float32Array[];

  constructor(columns: number, capacity: number) {
    expectInteger('Thinned', 'columns', columns, 0);
    expectInteger('Thinned', 'capacity', capacity, 2, 2 ** 30);
    this.#capacity = capacity;
    this.#steps = new Float64Array(capacity);
    this.#columns = Array.from({ length: columns }, () => new Float32Array(capacity));
  }

  /** Steps from one record to the next: a power of 2. */
  get every(): number {
    return this.#every;
  }

  /** Number of records. */
  get length(): number {
    return this.#length;
  }

  /** Whether this step belongs to the records. */
  takes(step: number): boolean {
    return step % this.#every === 0;
  }

  /** Records a step, later than those before, if it belongs to the records; `read` gives the value of each column. */
  push(step: number, read: (column: number) => number): void {
    if (!this.takes(step)) return;
    if (this.#length === this.#capacity) {
      this.#thin();
      if (!this.takes(step)) return;
    }
    this.#steps[this.#length] = step;
    this.#columns.forEach((column, i) => {
      column[this.#length] = read(i);
    });
    this.#length++;
  }

  #thin(): void {
    this.#every *= 2;
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      if (!this.takes(this.#steps[i])) continue;
      this.#steps[kept] = this.#steps[i];
      for (const column of this.#columns) column[kept] = column[i];
      kept++;
    }
    this.#length = kept;
  }

  /** A copy of the records. */
  track(): Track {
    return {
      every: this.every,
      steps: this.#steps.slice(0, this.#length),
      columns: this.#columns.map((column) => column.slice(0, this.#length)),
    };
  }

  /** Takes the records before a step in place of its own. RangeError for a track of other columns, or one too long. */
  copy({ steps, every, columns }: Track, before: number): void {
    const end = steps.findIndex((step) => step >= before);
    const length = end < 0 ? steps.length : end;
    if (columns.length !== this.#columns.length || length > this.#capacity)
      throw new RangeError(
        `Thinned.copy: expected ${this.#columns.length} columns of at most ${this.#capacity} records, ` +
          `got ${columns.length} of ${length}`,
      );
    this.#every = length === 0 ? 1 : every;
    this.#length = length;
    this.#steps.set(steps.subarray(0, length));
    this.#columns.forEach((column, i) => {
      column.set(columns[i].subarray(0, length));
    });
  }
}
