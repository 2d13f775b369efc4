/**
 * The arrays of one answer, one behind the other in memory that goes to the page and comes back with the next question:
 * an answer makes no garbage once the memory is large enough.
 */
export class AnswerMemory {
  #buffer = new ArrayBuffer(0);
  #used = 0;
  /** Bytes of the answer in hand, also where they did not fit. */
  #wanted = 0;

  /** Begins an answer, in memory of an earlier one where that is there and large enough. */
  begin(memory: ArrayBuffer | undefined): void {
    const least = this.#wanted;
    this.#buffer = memory !== undefined && memory.byteLength >= least ? memory : new ArrayBuffer(least);
    this.#used = 0;
    this.#wanted = 0;
  }

  /** Zeros; what does not fit lies elsewhere, and the next answer has room for it. */
  take(length: number): Float32Array<ArrayBuffer> {
    const bytes = 4 * length;
    this.#wanted += bytes;
    if (this.#used + bytes > this.#buffer.byteLength) return new Float32Array(length);
    const array = new Float32Array(this.#buffer, this.#used, length).fill(0);
    this.#used += bytes;
    return array;
  }

  get buffer(): ArrayBuffer {
    return this.#buffer;
  }
}
