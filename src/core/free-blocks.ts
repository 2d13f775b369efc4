/**
 * The blocks of a memory that were given back, neighbours merged into one: what is taken and given back in turn, in
 * whatever sizes and order, does not wear the memory down to crumbs. Addresses and sizes in bytes.
 */
export class FreeBlocks {
  /** Where each block ends, by where it starts; no two touch. */
  readonly #ends = new Map<number, number>();

  /** The address of a block of so many bytes, which is no longer free; undefined where none is large enough. */
  take(bytes: number): number | undefined {
    // The one that fits best, the first of several: a large block stays whole for what needs it.
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const [start, end] of this.#ends) {
      const size = end - start;
      if (size < bytes || size > least || (size === least && start > (best as number))) continue;
      best = start;
      least = size;
    }
    if (best !== undefined) {
      this.#ends.delete(best);
      if (least > bytes) this.#ends.set(best + bytes, best + least);
    }
    return best;
  }

  /** Takes a block back. False, and nothing happens, where part of it is free already. */
  give(start: number, bytes: number): boolean {
    let [from, to] = [start, start + bytes];
    for (const [other, end] of this.#ends) if (other < to && end > from) return false;
    for (const [other, end] of this.#ends)
      if (end === start || other === start + bytes) {
        this.#ends.delete(other);
        from = Math.min(from, other);
        to = Math.max(to, end);
      }
    this.#ends.set(from, to);
    return true;
  }

  /** The start of the block that ends there, which is no longer free; else `end` itself. */
  takeBefore(end: number): number {
    for (const [start, other] of this.#ends)
      if (other === end) {
        this.#ends.delete(start);
        return start;
      }
    return end;
  }
}
