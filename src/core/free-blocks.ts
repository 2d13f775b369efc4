/**
 * The blocks of a memory that were given back, by address, neighbours merged into one: what is taken and given back in
 * turn, in whatever sizes and order, does not wear the memory down to crumbs. Addresses and sizes in bytes.
 */
export class FreeBlocks {
  /** Ascending; block i is `#sizes[i]` bytes from `#starts[i]`, and no two touch. */
  readonly #starts: number[] = [];
  readonly #sizes: number[] = [];

  /** The address of a block of so many bytes, which is no longer free; undefined where none is large enough. */
  take(bytes: number): number | undefined {
    // The one that fits best: a large block stays whole for what needs it.
    let best = -1;
    for (let i = 0; i < this.#sizes.length; i++)
      if (this.#sizes[i] >= bytes && (best < 0 || this.#sizes[i] < this.#sizes[best])) best = i;
    if (best < 0) return undefined;
    const start = this.#starts[best];
    if (this.#sizes[best] === bytes) this.#remove(best);
    else {
      this.#starts[best] += bytes;
      this.#sizes[best] -= bytes;
    }
    return start;
  }

  /** Takes a block back. False, and nothing happens, where part of it is free already. */
  give(start: number, bytes: number): boolean {
    const next = this.#starts.findIndex((other) => other >= start);
    const at = next < 0 ? this.#starts.length : next;
    const before = at - 1;
    if (at < this.#starts.length && start + bytes > this.#starts[at]) return false;
    if (before >= 0 && this.#starts[before] + this.#sizes[before] > start) return false;
    this.#starts.splice(at, 0, start);
    this.#sizes.splice(at, 0, bytes);
    if (this.#starts[at + 1] === start + bytes) {
      this.#sizes[at] += this.#sizes[at + 1];
      this.#remove(at + 1);
    }
    if (before >= 0 && this.#starts[before] + this.#sizes[before] === start) {
      this.#sizes[before] += this.#sizes[at];
      this.#remove(at);
    }
    return true;
  }

  /** The start of the block that ends there, which is no longer free; else `end` itself. */
  takeBefore(end: number): number {
    const last = this.#starts.length - 1;
    if (last < 0 || this.#starts[last] + this.#sizes[last] !== end) return end;
    const start = this.#starts[last];
    this.#remove(last);
    return start;
  }

  #remove(i: number): void {
    this.#starts.splice(i, 1);
    this.#sizes.splice(i, 1);
  }
}
