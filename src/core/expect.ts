/** The checks that every constructor and call makes: the message is built only on failure. */

export function expectInteger(
  place: string,
  name: string,
  value: number,
  low: number,
  high = 2 ** 31 - 1,
): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  if (typeof value !== 'number')
    throw new TypeError(`${place}: expected ${name} to be a number, got ${typeof value}`);
  throw new RangeError(`${place}: expected ${name} to be an integer from ${low} to ${high}, got ${value}`);
}

export function expectNumber(place: string, name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high && Number.isFinite(value)) return;
  if (typeof value !== 'number')
    throw new TypeError(`${place}: expected ${name} to be a number, got ${typeof value}`);
  throw new RangeError(
    `${place}: expected ${name} to be a finite number from ${low} to ${high}, got ${value}`,
  );
}

export function expectColumns(place: string, expected: number, got: number): void {
  if (expected !== got) throw new RangeError(`${place}: expected ${expected} input columns, got ${got}`);
}

/** The input of a layer: a matrix of the layer's own core, with so many columns. */
export function expectInput(
  place: string,
  core: unknown,
  columns: number,
  x: { core: unknown; columns: number },
): void {
  if (x.core !== core) throw new TypeError(`${place}: expected an input of its own core, got one of another`);
  expectColumns(place, columns, x.columns);
}

export function expectRows(place: string, expected: number, got: number): void {
  if (expected !== got) throw new RangeError(`${place}: expected ${expected} rows, got ${got}`);
}
