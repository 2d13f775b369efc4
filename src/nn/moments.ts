/**
 * Mean and variance of columns, batch by batch, in double precision. The update is Chan, Golub and LeVeque's (1979)
 * for two sets of observations.
 */
export class Moments {
  readonly mean: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(columns: number) {
    this.mean = new Float64Array(columns);
    this.#squares = new Float64Array(columns);
  }

  /** Adds a batch by its means and biased variances. */
  add(rows: number, mean: Float32Array, variance: Float32Array): void {
    const before = this.#count;
    const count = before + rows;
    for (let j = 0; j < this.mean.length; j++) {
      const difference = mean[j] - this.mean[j];
      this.mean[j] += (difference * rows) / count;
      this.#squares[j] += variance[j] * rows + (difference * difference * before * rows) / count;
    }
    this.#count = count;
  }

  /** Unbiased. */
  variance(): Float64Array {
    return this.#squares.map((squares) => squares / (this.#count - 1));
  }
}
