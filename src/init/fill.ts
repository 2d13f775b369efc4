import { expectNumber, expectOptions } from '../core/expect.js';
import type { Generator } from '../random/generator.js';
import { draw, expectTarget, type Initialisable } from './target.js';

/** Far below the largest float32: the distance of two such numbers is finite. */
const LARGEST = 1e38;

/** Mean and standard deviation of `normal`; default 0 and 1. */
export interface NormalOptions {
  /** Default 0. */
  mean?: number;
  /** Standard deviation; default 1. */
  std?: number;
}

/** Bounds of `uniform`; default 0 and 1. */
export interface UniformOptions {
  /** Lower bound; default 0. */
  a?: number;
  /** Upper bound; default 1. */
  b?: number;
}

/**
 * Fills with torch's normals of this mean and standard deviation; returns the target. A matrix (in, out) takes them
 * transposed: see `Initialisable`.
 *
 * Errors: RangeError for a std below 0 and what is not finite; TypeError for what is no Parameter, Tensor or Generator.
 * Source: torch.nn.init.normal_.
 */
export function normal<T extends Initialisable>(
  target: T,
  generator: Generator,
  options: NormalOptions = {},
): T {
  expectOptions('normal', options, ['mean', 'std']);
  const { mean = 0, std = 1 } = options;
  expectNumber('normal', 'mean', mean, -LARGEST, LARGEST);
  expectNumber('normal', 'std', std, 0, LARGEST);
  return draw('normal', target, generator, (values) => generator.normal_(values, mean, std));
}

/**
 * Fills with torch's uniforms from a to b; returns the target. A matrix (in, out) takes them transposed: see
 * `Initialisable`.
 *
 * Errors: RangeError for b below a and what is not finite; TypeError for what is no Parameter, Tensor or Generator.
 * Source: torch.nn.init.uniform_.
 */
export function uniform<T extends Initialisable>(
  target: T,
  generator: Generator,
  options: UniformOptions = {},
): T {
  expectOptions('uniform', options, ['a', 'b']);
  const { a = 0, b = 1 } = options;
  expectNumber('uniform', 'a', a, -LARGEST, LARGEST);
  expectNumber('uniform', 'b', b, a, LARGEST);
  return draw('uniform', target, generator, (values) => generator.uniform_(values, a, b));
}

/**
 * Fills with one number, which draws nothing: `constant(target, 0)` is torch's zeros_, `constant(target, 1)` its ones_.
 * Returns the target.
 *
 * Errors: RangeError for a number that is not finite; TypeError for what is no Parameter, Tensor or number.
 * Source: torch.nn.init.constant_.
 */
export function constant<T extends Initialisable>(target: T, value: number): T {
  const { tensor } = expectTarget('constant', target);
  expectNumber('constant', 'value', value, -LARGEST, LARGEST);
  tensor.fill(value);
  return target;
}
