import { expectNumber, expectOptions } from '../core/expect.js';
import type { Generator } from '../random/generator.js';
import { drawByFans, type Initialisable } from './target.js';

/** Of `xavierNormal` and `xavierUniform`. */
export interface XavierOptions {
  /** Factor on the standard deviation; default 1. `calculateGain` knows that of a nonlinearity. */
  gain?: number;
}

function xavier<T extends Initialisable>(
  place: string,
  target: T,
  generator: Generator,
  kind: 'normal' | 'uniform',
  options: XavierOptions,
): T {
  expectOptions(place, options, ['gain']);
  const { gain = 1 } = options;
  expectNumber(place, 'gain', gain, 0, 1e30);
  return drawByFans(
    place,
    target,
    generator,
    kind,
    (fanIn, fanOut) => gain * Math.sqrt(2 / (fanIn + fanOut)),
  );
}

/**
 * Fills with torch's normals of mean 0 and standard deviation gain · √(2 / (fanIn + fanOut)); returns the target. A matrix
 * (in, out) takes them transposed: see `Initialisable`.
 *
 * Errors: RangeError for a shape of one size and a gain that is below 0 or not finite; TypeError for what is no Parameter,
 * Tensor or Generator.
 * Source: torch.nn.init.xavier_normal_; Glorot and Bengio, "Understanding the difficulty of training deep feedforward
 * neural networks", 2010.
 */
export function xavierNormal<T extends Initialisable>(
  target: T,
  generator: Generator,
  options: XavierOptions = {},
): T {
  return xavier('xavierNormal', target, generator, 'normal', options);
}

/**
 * Fills with torch's uniforms from −bound to bound, bound = √3 · gain · √(2 / (fanIn + fanOut)), so that the standard
 * deviation is that of `xavierNormal`, whose layout it shares; returns the target. Errors: as `xavierNormal`.
 *
 * Source: torch.nn.init.xavier_uniform_; Glorot and Bengio, 2010.
 */
export function xavierUniform<T extends Initialisable>(
  target: T,
  generator: Generator,
  options: XavierOptions = {},
): T {
  return xavier('xavierUniform', target, generator, 'uniform', options);
}
