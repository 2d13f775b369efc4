import type { Tensor } from '../../core/tensor.js';
import type { Parameter } from '../../nn/layer.js';
import type { Optimizer } from '../../optim/optimizer.js';

/** The options of the parameter's group; undefined for one that it has not. */
export const optionsOf = ({ groups }: Pick<Optimizer, 'groups'>, parameter: Parameter): object | undefined =>
  groups?.find(({ parameters }) => parameters.includes(parameter))?.options;

/** What the optimizer keeps of a parameter, by its kind, such as `exp_avg`. */
export function stateOf(
  optimizer: Pick<Optimizer, 'parameters' | 'buffers'>,
  parameter: Parameter,
): Readonly<Record<string, Tensor>> {
  const place = `${optimizer.parameters.indexOf(parameter)}.`;
  const kept = (optimizer.buffers?.() ?? []).filter(({ name }) => name.startsWith(place));
  return Object.fromEntries(kept.map(({ name, value }) => [name.slice(place.length), value]));
}
