import { expectNumber } from '../core/expect.js';
import { came } from '../core/kind.js';

/** A function after the layer, by torch's name. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leaky_relu' | 'selu';

/**
 * The factor on the initial weights that keeps the spread of activations through a nonlinearity: 1 for linear and sigmoid,
 * 5/3 for tanh, √2 for relu, √(2 / (1 + param²)) for leaky_relu, whose slope below 0 param is (default 0.01), 3/4 for selu.
 *
 * Errors: TypeError for another nonlinearity, or a param of one that has none; RangeError for a slope that is not finite.
 * Source: torch.nn.init.calculate_gain.
 */
export function calculateGain(nonlinearity: 'leaky_relu', param?: number): number;
export function calculateGain(nonlinearity: Nonlinearity): number;
export function calculateGain(nonlinearity: Nonlinearity, param?: number): number {
  return gainOf('calculateGain', nonlinearity, 'param', param);
}

export function gainOf(
  place: string,
  nonlinearity: Nonlinearity,
  name: string,
  slope: number | undefined,
): number {
  if (nonlinearity === 'leaky_relu') {
    const below = slope ?? 0.01;
    expectNumber(place, name, below, -1e30, 1e30);
    return Math.sqrt(2 / (1 + below * below));
  }
  const gains = { linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, selu: 0.75 };
  if (!Object.keys(gains).includes(nonlinearity))
    throw new TypeError(
      `${place}: expected nonlinearity to be one of ${Object.keys(gains).join(', ')}, leaky_relu, got ${came(nonlinearity)}`,
    );
  if (slope !== undefined)
    throw new TypeError(`${place}: expected no ${name} for ${nonlinearity}, got ${came(slope)}`);
  return gains[nonlinearity];
}
