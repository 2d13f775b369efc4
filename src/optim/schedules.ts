import { expectInteger, expectNumber } from '../core/expect.js';

/** The learning rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

/**
 * `lr` until step `drop`, from that step on `after`: an absolute step, as `lr = 0.1 if i < 100000 else 0.01` in the
 * lecture. RangeError for a rate that is negative or not finite, or a step that is not an integer from 0 on.
 */
export function stepSchedule(lr: number, drop: number, after: number): Schedule {
  expectNumber('stepSchedule', 'lr', lr, 0, 1e30);
  expectInteger('stepSchedule', 'drop', drop, 0, Number.MAX_SAFE_INTEGER);
  expectNumber('stepSchedule', 'after', after, 0, 1e30);
  return (step) => (step < drop ? lr : after);
}
