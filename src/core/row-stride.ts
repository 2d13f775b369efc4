/** Floats from one row of a matrix with `columns` columns to the next: whole vectors of 4. */
export const rowStride = (columns: number): number => (columns + 3) & ~3;
