// The few helpers that every kernel shares. Floats are 4 bytes, vectors 16.

/** Floats from one row to the next: whole vectors. */
@inline
export function rowStride(columns: i32): i32 {
  return (columns + 3) & ~3;
}
