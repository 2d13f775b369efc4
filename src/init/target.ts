import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';

/**
 * What is initialised: a tensor, or a parameter, whose value it is.
 *
 * A matrix is kept here as (in, out), which torch keeps as (out, in), row-major: torch's draws land transposed, so that
 * the same seed gives the same weight for the same pair of input and output. A parameter with `transposed: false`, such as
 * an embedding's, and what has one dimension or more than two lie as in torch, and take the draws as they come.
 */
export type Initialisable = Tensor | { readonly value: Tensor; readonly transposed?: boolean };

interface Target {
  readonly tensor: Tensor;
  /** Whether torch keeps the transpose. */
  readonly transposed: boolean;
}

export function expectTarget(place: string, target: Initialisable): Target {
  const parameter = target !== null && typeof target === 'object' && 'value' in target ? target : undefined;
  const tensor = parameter?.value ?? (target as Tensor);
  if (tensor?.dtype !== 'float32')
    throw new TypeError(`${place}: expected a Parameter or a Tensor (float32), got ${came(target)}`);
  // Of a tensor or a core that was disposed of this throws, before anything is drawn.
  void tensor.core.f32;
  return { tensor, transposed: tensor.shape.length === 2 && parameter?.transposed !== false };
}

/** Fills the target with what `fill` puts into an array that lies as torch's tensor does; returns the target. */
export function draw<T extends Initialisable>(
  place: string,
  target: T,
  generator: Generator,
  fill: (values: Float32Array, own: Target) => void,
): T {
  const own = expectTarget(place, target);
  if (typeof generator?.uniform_ !== 'function')
    throw new TypeError(`${place}: expected a Generator, got ${came(generator)}`);
  const { tensor, transposed } = own;
  const { rows, columns } = tensor;
  const values = new Float32Array(tensor.size);
  // Without elements a fan may be 0, and a bound infinite.
  if (values.length > 0) fill(values, own);
  tensor.set(transposed ? transpose(values, rows, columns) : values);
  return target;
}

/** (columns, rows), as torch draws it, as (rows, columns). */
export const transpose = (values: Float32Array, rows: number, columns: number): Float32Array =>
  values.map((_, at) => values[(at % columns) * rows + Math.floor(at / columns)]);

/** Normals, or uniforms, of mean 0 and the standard deviation that `std` says of the fans; returns the target. */
export function drawByFans<T extends Initialisable>(
  place: string,
  target: T,
  generator: Generator,
  kind: 'normal' | 'uniform',
  std: (fanIn: number, fanOut: number) => number,
): T {
  return draw(place, target, generator, (values, own) => {
    const deviation = std(...fans(place, own));
    const bound = Math.sqrt(3) * deviation;
    if (kind === 'normal') generator.normal_(values, 0, deviation);
    else generator.uniform_(values, -bound, bound);
  });
}

/**
 * Inputs that an output sums over, and outputs that an input goes to: of (in, out) the two sizes. Of torch's own layout
 * (out, in, …) size 1 and size 0, each times the number of elements in the other dimensions.
 */
function fans(place: string, { tensor, transposed }: Target): [fanIn: number, fanOut: number] {
  const { shape } = tensor;
  if (shape.length < 2)
    throw new RangeError(`${place}: expected a shape of at least 2 sizes, got (${shape.join(', ')})`);
  const [first, second] = shape;
  if (transposed) return [first, second];
  const field = tensor.columns / second;
  return [second * field, first * field];
}
