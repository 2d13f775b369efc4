import { expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Generator } from '../random/generator.js';
import { gainOf, type Nonlinearity } from './gain.js';
import { drawByFans, type Initialisable } from './target.js';

/** Of `kaimingNormal` and `kaimingUniform`. */
export interface KaimingOptions {
  /** The slope below 0 of the leaky_relu after the layer; default 0, a relu. Of another nonlinearity there is none. */
  a?: number;
  /** What keeps its spread: activations in the forward (`fan_in`, the default), or gradients in the backward (`fan_out`). */
  mode?: 'fan_in' | 'fan_out';
  /** Default `leaky_relu`. */
  nonlinearity?: Nonlinearity;
}

function kaiming<T extends Initialisable>(
  place: string,
  target: T,
  generator: Generator,
  kind: 'normal' | 'uniform',
  options: KaimingOptions,
): T {
  expectOptions(place, options, ['a', 'mode', 'nonlinearity']);
  const { mode = 'fan_in', nonlinearity = 'leaky_relu' } = options;
  const { a = nonlinearity === 'leaky_relu' ? 0 : undefined } = options;
  if (mode !== 'fan_in' && mode !== 'fan_out')
    throw new TypeError(`${place}: expected mode 'fan_in' or 'fan_out', got ${came(mode)}`);
  const gain = gainOf(place, nonlinearity, 'a', a);
  return drawByFans(
    place,
    target,
    generator,
    kind,
    (fanIn, fanOut) => gain / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut),
  );
}

/**
 * Fills with torch's normals of mean 0 and standard deviation gain / √fan, with `calculateGain`'s gain; returns the target.
 * A matrix (in, out) takes them transposed, and its fan_in is its number of rows: see `Initialisable`.
 *
 * Errors: RangeError for a shape of one size and a slope that is not finite; TypeError for an unknown mode or nonlinearity,
 * a slope of a nonlinearity that has none, and what is no Parameter, Tensor or Generator.
 * Source: torch.nn.init.kaiming_normal_; He et al., "Delving deep into rectifiers", 2015.
 */
export function kaimingNormal<T extends Initialisable>(
  target: T,
  generator: Generator,
  options: KaimingOptions = {},
): T {
  return kaiming('kaimingNormal', target, generator, 'normal', options);
}

/**
 * Fills with torch's uniforms from −bound to bound, bound = √3 · gain / √fan, so that the standard deviation is that of
 * `kaimingNormal`, whose layout, gain and fan it shares; returns the target. Errors: as `kaimingNormal`.
 *
 * Source: torch.nn.init.kaiming_uniform_; He et al., "Delving deep into rectifiers", 2015.
 */
export function kaimingUniform<T extends Initialisable>(
  target: T,
  generator: Generator,
  options: KaimingOptions = {},
): T {
  return kaiming('kaimingUniform', target, generator, 'uniform', options);
}
