import { expectInteger, expectNumber } from './core/expect.js';
import type { Parameter } from './nn/layer.js';

/** The learning rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

/**
 * `lr` until step `drop`, from that step on `after`: an absolute step, as `lr = 0.1 if i < 100000 else 0.01` in the
 * lecture. RangeError for a rate that is not finite or a step that is not an integer from 0 on.
 */
export function stepSchedule(lr: number, drop: number, after: number): Schedule {
  expectNumber('stepSchedule', 'lr', lr, -1e30, 1e30);
  expectInteger('stepSchedule', 'drop', drop, 0, Number.MAX_SAFE_INTEGER);
  expectNumber('stepSchedule', 'after', after, -1e30, 1e30);
  return (step) => (step < drop ? lr : after);
}

/**
 * Stochastic gradient descent: p −= lr · grad for every parameter, in place, lr and product rounded to float32 as in
 * `p.data += -lr * p.grad` of the lecture.
 *
 * Errors: RangeError for a rate that is not finite.
 */
export class SGD {
  readonly parameters: readonly Parameter[];
  /** Steps made so far. */
  steps = 0;
  readonly #schedule: Schedule;

  constructor(parameters: readonly Parameter[], { lr }: { lr: number | Schedule }) {
    this.parameters = parameters;
    if (typeof lr === 'number') {
      expectNumber('SGD', 'lr', lr, -1e30, 1e30);
      this.#schedule = () => lr;
    } else this.#schedule = lr;
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
    if (!Number.isFinite(lr)) throw new RangeError(`SGD: expected a finite learning rate, got ${lr}`);
    for (let i = 0; i < parameters.length; i++) {
      const { value, grad } = parameters[i];
      value.core.kernels.sgdUpdate(value.pointer, grad.pointer, value.rows * value.stride, lr);
    }
    this.steps++;
  }
}
