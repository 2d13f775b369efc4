import type { Tensor } from '../core/tensor.js';
import type { Parameter } from '../nn/layer.js';
import type { AdamOptions } from '../optim/adam.js';
import { integerPower } from '../optim/base-optimizer.js';
import { lrAt, type Optimizer } from '../optim/optimizer.js';
import type { RMSpropOptions } from '../optim/rmsprop.js';
import type { SGDOptions } from '../optim/sgd.js';
import { optionsOf, stateOf } from '../train/explain/optimizer-state.js';
import { deviation } from './statistics.js';

/** What is asked of an optimizer. */
export type UpdatingOptimizer = Pick<
  Optimizer,
  'parameters' | 'steps' | 'lr' | 'lrOf' | 'groups' | 'buffers' | 'toString'
>;

/** What the optimizers' options say of an update. */
type Options = Partial<SGDOptions & AdamOptions & RMSpropOptions>;

/**
 * The standard deviation of what the last step took from a parameter, by the state that it left: lr · gradient, or what
 * momentum, `Adam`, `AdamW`, `RMSprop` and weight decay make of it.
 */
export function updateDeviation(optimizer: UpdatingOptimizer, parameter: Parameter): number {
  const lr = Math.abs(lrAt(optimizer, optimizer.steps - 1, parameter));
  const options = (optionsOf(optimizer, parameter) ?? {}) as Options;
  const { momentum = 0, weightDecay = 0, eps } = options;
  if (eps === undefined && momentum === 0 && weightDecay === 0) return lr * deviation(parameter.grad);
  const kept = stateOf(optimizer, parameter);
  const update = options.betas
    ? ofAdam(optimizer, parameter, options as Required<AdamOptions>, kept, lr)
    : ofMomentum(parameter, options, kept, lr);
  const { core, shape } = parameter.value;
  const tensor = core.tensor(shape).set(update);
  try {
    return deviation(tensor);
  } finally {
    tensor.dispose();
  }
}

type Kept = Readonly<Record<string, Tensor>>;

/** rate · (direction + decay · p), with p of before it, by what it left of p. */
const decayed = (after: number, rate: number, direction: number, decay: number): number =>
  rate * (direction + (decay * (after + rate * direction)) / (1 - rate * decay));

function ofAdam(
  optimizer: UpdatingOptimizer,
  parameter: Parameter,
  { betas, eps, weightDecay, amsgrad }: Required<AdamOptions>,
  kept: Kept,
  lr: number,
): Float32Array {
  const { steps } = optimizer;
  const step = lr / (1 - integerPower(betas[0], steps));
  const root = Math.sqrt(1 - integerPower(betas[1], steps));
  const value = parameter.value.toArray();
  const squares = kept[amsgrad ? 'max_exp_avg_sq' : 'exp_avg_sq'].toArray();
  // Adam's decay is in the averages.
  const decay = String(optimizer) === 'AdamW' ? lr * weightDecay : 0;
  return kept.exp_avg
    .toArray()
    .map((m, i) => decayed(value[i], 1, (step * m) / (Math.sqrt(squares[i]) / root + eps), decay));
}

/** `SGD` and `RMSprop`, which divides by a root. */
function ofMomentum(
  parameter: Parameter,
  { momentum = 0, weightDecay = 0, nesterov = false, eps = 0 }: Options,
  kept: Kept,
  lr: number,
): Float32Array {
  const velocity = momentum > 0 ? kept.momentum_buffer.toArray() : undefined;
  if (velocity !== undefined && !nesterov) return velocity.map((b) => lr * b);
  const value = parameter.value.toArray();
  const squares = kept.square_avg?.toArray();
  const means = kept.grad_avg?.toArray();
  const rateOf = (i: number) =>
    squares === undefined ? lr : lr / (Math.sqrt(squares[i] - (means?.[i] ?? 0) ** 2) + eps);
  return parameter.grad
    .toArray()
    .map((g, i) => decayed(value[i], rateOf(i), g + momentum * (velocity?.[i] ?? 0), weightDecay));
}
