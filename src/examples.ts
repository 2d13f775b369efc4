/** Labelled examples: `count` rows of x, packed row-major, and the class of each. */
export interface Examples {
  /** int32 for a network that begins with an `Embedding`, float32 for any other. */
  x: Int32Array | Float32Array;
  y: Int32Array;
  count: number;
}

/** Numbers of x in an example. */
export const columnsOf = ({ x, count }: Examples): number => x.length / count;

/**
 * Reads a number of each picked example. They lie anywhere in megabytes: a loop with nothing else in it has all of their
 * cache misses under way at once, where copying them in one row after the other waits for each (2 µs in a step of 55).
 */
export function touch(examples: Examples, picks: Int32Array): number {
  const { x, y } = examples;
  const columns = columnsOf(examples);
  let sum = 0;
  for (let i = 0; i < picks.length; i++) sum += x[picks[i] * columns] + y[picks[i]];
  return sum;
}
