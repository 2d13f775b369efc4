import { expectInteger, expectNumber, expectOptions, expectTensor } from './core/expect.js';
import { came } from './core/kind.js';
import type { Parameter } from './nn/layer.js';

/** The learning rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

/** Rates beyond this are no rates: as a float, a larger one may be infinite, and infinity times a gradient of 0 is NaN. */
const MOST = 1e30;

/**
 * `lr` until step `drop`, from that step on `after`: an absolute step, as `lr = 0.1 if i < 100000 else 0.01` in the
 * lecture. RangeError for a rate that is negative or not finite, or a step that is not an integer from 0 on.
 */
export function stepSchedule(lr: number, drop: number, after: number): Schedule {
  expectNumber('stepSchedule', 'lr', lr, 0, MOST);
  expectInteger('stepSchedule', 'drop', drop, 0, Number.MAX_SAFE_INTEGER);
  expectNumber('stepSchedule', 'after', after, 0, MOST);
  return (step) => (step < drop ? lr : after);
}

export interface SGDOptions {
  /** The learning rate of each step, or one for all. */
  lr: number | Schedule;
}

/**
 * Stochastic gradient descent: p −= lr · grad for every parameter, in place, lr and product rounded to float32 as in
 * `p.data += -lr * p.grad` of the lecture.
 *
 * Errors: RangeError for a rate below 0, above 1e30 or NaN, TypeError for what are no parameters, the same one twice,
 * or an option that there is not (no momentum, no weight decay).
 */
export class SGD {
  readonly parameters: readonly Parameter[];
  /** Steps made so far. */
  steps = 0;
  readonly #schedule: Schedule;

  constructor(parameters: readonly Parameter[], options: SGDOptions) {
    if (!Array.isArray(parameters) || parameters.length === 0)
      throw new TypeError(
        `SGD: expected an array of parameters, such as model.parameters(), got ${
          Array.isArray(parameters) ? 'an empty one' : came(parameters)
        }`,
      );
    parameters.forEach((parameter, i) => {
      if (parameter?.value?.dtype !== 'float32' || parameter.grad?.dtype !== 'float32')
        throw new TypeError(`SGD: expected parameter ${i} to be a Parameter, got ${came(parameter)}`);
      const { value, grad } = parameter;
      expectTensor('SGD', `the gradient of parameter ${i}`, value.core, 'float32', grad);
      if (`${grad.shape}` !== `${value.shape}`)
        throw new RangeError(
          `SGD: expected the gradient of parameter ${i} in its shape, (${value.shape.join(', ')}), got (${grad.shape.join(', ')})`,
        );
    });
    if (new Set(parameters).size < parameters.length)
      throw new TypeError('SGD: expected each parameter once, got one of them twice');
    expectOptions('SGD', options, ['lr']);
    const { lr } = options;
    this.parameters = [...parameters];
    if (typeof lr === 'function') this.#schedule = lr;
    else {
      expectNumber('SGD', 'lr', lr, 0, MOST);
      this.#schedule = () => lr;
    }
  }

  /** The learning rate of the next step. */
  get lr(): number {
    return this.#schedule(this.steps);
  }

  /** The learning rate of any step. */
  lrOf(step: number): number {
    return this.#schedule(step);
  }

  step(): void {
    const { parameters, lr } = this;
    if (typeof lr !== 'number' || !(lr >= 0 && lr <= MOST))
      throw new RangeError(
        `SGD: expected a finite learning rate from 0 to ${MOST} at step ${this.steps}, got ${came(lr)}`,
      );
    for (let i = 0; i < parameters.length; i++) {
      const { value, grad } = parameters[i];
      value.core.kernels.sgdUpdate(value.pointer, grad.pointer, value.rows * value.stride, lr);
    }
    this.steps++;
  }
}
