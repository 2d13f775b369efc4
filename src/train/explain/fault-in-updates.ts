import type { Parameter } from '../../nn/layer.js';
import { lrAt } from '../../optim/optimizer.js';
import type { Origin } from '../divergence.js';
import { type Failed, HUGE, largest, short } from './failed.js';
import { optionsOf, stateOf } from './optimizer-state.js';

/** A parameter that is this much larger than at the beginning has been blown up by its updates. */
const BLOWN = 100;

/**
 * The largest rate so far is to blame where the updates have blown a parameter up; of some that have rates of their own the
 * one with the largest.
 */
export function blownUp(failed: Failed, named: [string, Parameter][]): Origin | undefined {
  const { initial, optimizer } = failed;
  const rates = new Map<unknown, { rate: number; step: number }>();
  let worst: { name: string; parameter: Parameter; growth: number; rate: number; step: number } | undefined;
  named.forEach(([name, parameter], i) => {
    // What began with zeros, or nearly, grows without bound by ordinary steps.
    const growth = largest(parameter.value) / (initial[i] > 0.01 ? initial[i] : 1);
    if (growth <= BLOWN) return;
    // Of its group, or of all.
    const group = optionsOf(optimizer, parameter);
    const { rate, step } = rates.get(group) ?? largestRate(failed, parameter);
    rates.set(group, { rate, step });
    if (rate === 0) return;
    if (worst === undefined || rate > worst.rate || (rate === worst.rate && growth > worst.growth))
      worst = { name, parameter, growth, rate, step };
  });
  if (worst === undefined) return undefined;
  const { name, parameter, rate, step } = worst;
  const what = `made parameter ${name} as large as ${short(largest(parameter.value))}`;
  return updateOrigin(failed, parameter, step, rate, what);
}

/** The largest rate of a parameter's updates so far, and the first step that had it. */
function largestRate(failed: Failed, parameter: Parameter): { rate: number; step: number } {
  const { steps, begin } = failed;
  let [rate, step] = [0, begin];
  for (let i = begin; i < steps; i++) {
    const lr = rateOf(failed, i, parameter);
    if (lr > rate) [rate, step] = [lr, i];
  }
  return { rate, step };
}

export function updateOrigin(
  { optimizer }: Failed,
  parameter: Parameter,
  step: number,
  rate: number,
  what: string,
): Origin {
  const { weightDecay = 0, momentum = 0 } = (optionsOf(optimizer, parameter) ?? {}) as UpdateOptions;
  let [place, cause] = ['learning rate', `the learning rate ${rate} is too high`];
  if (momentum >= 1) [place, cause] = ['momentum', `the momentum ${momentum} is not below 1`];
  // A decay by more than twice the parameter makes it grow, at an ordinary rate too.
  else if (rate <= 1 && rate * weightDecay > 2)
    [place, cause] = [
      'weight decay',
      `the weight decay ${weightDecay} is too high for the learning rate ${rate}`,
    ];
  return { kind: 'update', place, text: `${cause}: the updates from step ${step} on ${what}` };
}

/** What an optimizer that keeps a state, or decays, has made of an element whose gradient is finite. */
export function inUpdate(
  failed: Failed,
  parameter: Parameter,
  at: number,
  rate: number,
  what: string,
): Origin | undefined {
  const { optimizer, steps } = failed;
  const { eps, weightDecay = 0 } = (optionsOf(optimizer, parameter) ?? {}) as UpdateOptions;
  const state = Object.entries(stateOf(optimizer, parameter)).map(([kind, kept]) => ({
    kind,
    value: kept.toArray()[at],
  }));
  if (rate > 0 && Math.fround(eps ?? 1) === 0 && state.some(({ value }) => value === 0))
    return {
      kind: 'update',
      place: 'eps',
      text: `the update of step ${steps - 1} made ${what}: ${optimizer} divided 0 by 0, where all gradients were 0, with eps ${eps}`,
    };
  const grown = state.find(({ value }) => !(Math.abs(value) < HUGE));
  if (grown === undefined && rate * weightDecay < HUGE) return undefined;
  const why = grown === undefined ? '' : `, by a ${grown.kind} of ${grown.value}`;
  return updateOrigin(failed, parameter, steps - 1, rate, `made ${what}${why}`);
}

/** Of what an optimizer's options are, those that explain an update. */
interface UpdateOptions {
  eps?: number;
  weightDecay?: number;
  momentum?: number;
}

/** The rate of a step of the trainer; an optimizer that had made steps before it is that much ahead. */
export const rateOf = ({ optimizer, steps, begin }: Failed, step: number, parameter: Parameter): number =>
  step >= begin ? lrAt(optimizer, step + optimizer.steps - steps, parameter) : 0;
