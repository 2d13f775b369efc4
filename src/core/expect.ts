import { came } from './kind.js';

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
    throw new TypeError(`${place}: expected ${name} to be a number, got ${came(value)}`);
  throw new RangeError(`${place}: expected ${name} to be an integer from ${low} to ${high}, got ${value}`);
}

export function expectNumber(place: string, name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high && Number.isFinite(value)) return;
  if (typeof value !== 'number')
    throw new TypeError(`${place}: expected ${name} to be a number, got ${came(value)}`);
  throw new RangeError(
    `${place}: expected ${name} to be a finite number from ${low} to ${high}, got ${value}`,
  );
}

export function expectBoolean(place: string, name: string, value: boolean): void {
  if (typeof value !== 'boolean')
    throw new TypeError(`${place}: expected ${name} to be true or false, got ${came(value)}`);
}

export function expectColumns(place: string, expected: number, got: number): void {
  if (expected !== got)
    throw new RangeError(
      `${place}: expected ${expected} input ${expected === 1 ? 'column' : 'columns'}, got ${got}`,
    );
}

/** Rows of so many indices into a table of `high`; `name`: what they are the rows of. */
export function expectIndices(
  place: string,
  name: string,
  values: ArrayLike<number>,
  columns: number,
  high: number,
): void {
  for (let i = 0; i < values.length; i++)
    if (!(values[i] >= 0 && values[i] < high))
      throw new RangeError(
        `${place}: expected indices from 0 to ${high - 1}, got ${values[i]} in row ${Math.floor(i / columns)} of ${name}`,
      );
}

interface Matrix {
  dtype: string;
  core: unknown;
  rows: number;
  columns: number;
}

/** A tensor of that core, of that kind. */
export function expectTensor(place: string, name: string, core: unknown, dtype: string, x: Matrix): void {
  if (x?.dtype === dtype && x.core === core) return;
  const kind = dtype === 'float32' ? 'a Tensor (float32)' : 'Indices (int32)';
  if (x?.dtype !== dtype) throw new TypeError(`${place}: expected ${name} to be ${kind}, got ${came(x)}`);
  // Of a tensor that was disposed of this throws.
  void (x.core as { backend: unknown }).backend;
  throw new TypeError(`${place}: expected ${name} of its own core, got one of another`);
}

/** The input of a layer: a matrix of the layer's own core, with so many columns. */
export function expectInput(
  place: string,
  core: unknown,
  columns: number,
  x: Matrix,
  dtype = 'float32',
): void {
  expectTensor(place, 'its input', core, dtype, x);
  expectColumns(place, columns, x.columns);
}

/** The gradient by the output of the last forward: of its core and shape. */
export function expectGradient(place: string, out: Matrix, dy: Matrix): void {
  expectTensor(place, 'the gradient', out.core, 'float32', dy);
  expectRows(place, out.rows, dy.rows);
  if (dy.columns !== out.columns)
    throw new RangeError(`${place}: expected ${out.columns} columns, got ${dy.columns}`);
}

/** What a function that allocates is given first. */
export function expectLoaded(place: string, core: { allocate?: unknown }): void {
  if (typeof core?.allocate !== 'function')
    throw new TypeError(`${place}: expected a Core, from await load(), got ${came(core)}`);
}

/** An object with none but these options; one that is undefined is none. */
export function expectOptions(place: string, options: object, known: readonly string[]): void {
  const those = known.length === 0 ? 'no options' : `options { ${known.join(', ')} }`;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`${place}: expected ${those}, got ${came(options)}`);
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && !known.includes(name))
      throw new TypeError(`${place}: expected ${those}, got '${name}'`);
}

/** A function, or none. */
export function expectFunction(place: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw new TypeError(`${place}: expected ${name} to be a function, got ${came(value)}`);
}

/** What can end a call, or nothing: not its controller. */
export function expectSignal(place: string, signal: { aborted: unknown } | undefined): void {
  if (signal !== undefined && typeof signal?.aborted !== 'boolean')
    throw new TypeError(`${place}: expected signal to be an AbortSignal, got ${came(signal)}`);
}

export function expectRows(place: string, expected: number, got: number): void {
  if (expected !== got)
    throw new RangeError(`${place}: expected ${expected} ${expected === 1 ? 'row' : 'rows'}, got ${got}`);
}
