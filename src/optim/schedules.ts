import { expectInteger, expectNumber, expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import { sincos } from '../random/elementary.js';
import { integerPower } from './base-optimizer.js';

/** The learning rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

/** What the schedules share. */
export interface IntervalOptions {
  /** Steps of the optimizer in one of the schedule, such as those of an epoch; default 1. */
  interval?: number;
}

/**
 * `lr` until step `drop`, from that step on `after`: an absolute step, as `lr = 0.1 if i < 100000 else 0.01` in the
 * lecture. Errors: TypeError for an option that there is not, RangeError for a rate that is negative or not finite, or a step that is not an integer from 0 on.
 * Source: makemore part 3.
 */
export function stepSchedule(lr: number, drop: number, after: number): Schedule {
  expectNumber('stepSchedule', 'lr', lr, 0, 1e30);
  expectInteger('stepSchedule', 'drop', drop, 0, Number.MAX_SAFE_INTEGER);
  expectNumber('stepSchedule', 'after', after, 0, 1e30);
  return (step) => (step < drop ? lr : after);
}

/** Of `stepLR`. */
export interface StepLROptions extends IntervalOptions {
  stepSize: number;
  /** Default 0.1. */
  gamma?: number;
}

/** Multiplies the rate by gamma every `stepSize` steps. Errors: as `stepSchedule`. Source: torch.optim.lr_scheduler.StepLR. */
export function stepLR(lr: number, options: StepLROptions): Schedule {
  expectSchedule('stepLR', lr, options, ['stepSize', 'gamma']);
  const { stepSize, gamma = 0.1 } = options;
  expectInteger('stepLR', 'stepSize', stepSize, 1);
  expectNumber('stepLR', 'gamma', gamma, 0, 1e30);
  return iterated(lr, options, (rate, step) => (step % stepSize === 0 ? rate * gamma : rate));
}

/** Of `multiStepLR`. */
export interface MultiStepLROptions extends IntervalOptions {
  /** Steps, ascending. */
  milestones: readonly number[];
  /** Default 0.1. */
  gamma?: number;
}

/** Multiplies the rate by gamma at each milestone. Errors: as `stepSchedule`. Source: torch.optim.lr_scheduler.MultiStepLR. */
export function multiStepLR(lr: number, options: MultiStepLROptions): Schedule {
  expectSchedule('multiStepLR', lr, options, ['milestones', 'gamma']);
  const { milestones, gamma = 0.1 } = options;
  if (!Array.isArray(milestones))
    throw new TypeError(`multiStepLR: expected milestones to be an array, got ${came(milestones)}`);
  for (const each of milestones) expectInteger('multiStepLR', 'each milestone', each, 0);
  expectNumber('multiStepLR', 'gamma', gamma, 0, 1e30);
  return iterated(lr, options, (rate, step) => {
    const times = milestones.filter((milestone) => milestone === step).length;
    return times === 0 ? rate : rate * integerPower(gamma, times);
  });
}

/** Of `exponentialLR`. */
export interface ExponentialLROptions extends IntervalOptions {
  gamma: number;
}

/** Multiplies the rate by gamma at each step. Errors: as `stepSchedule`. Source: torch.optim.lr_scheduler.ExponentialLR. */
export function exponentialLR(lr: number, options: ExponentialLROptions): Schedule {
  expectSchedule('exponentialLR', lr, options, ['gamma']);
  const { gamma } = options;
  expectNumber('exponentialLR', 'gamma', gamma, 0, 1e30);
  return iterated(lr, options, (rate) => rate * gamma);
}

/** Of `cosineAnnealingLR`. */
export interface CosineAnnealingLROptions extends IntervalOptions {
  /** Steps from the highest to the lowest rate. */
  tMax: number;
  /** The lowest rate; default 0. */
  etaMin?: number;
}

/**
 * etaMin + (lr − etaMin)(1 + cos(π step / tMax)) / 2, by torch's recursion, which beyond tMax rises again.
 * Errors: as `stepSchedule`. Source: Loshchilov and Hutter 2017; torch.optim.lr_scheduler.CosineAnnealingLR.
 */
export function cosineAnnealingLR(lr: number, options: CosineAnnealingLROptions): Schedule {
  expectSchedule('cosineAnnealingLR', lr, options, ['tMax', 'etaMin']);
  const { tMax, etaMin = 0 } = options;
  expectInteger('cosineAnnealingLR', 'tMax', tMax, 1);
  expectNumber('cosineAnnealingLR', 'etaMin', etaMin, 0, 1e30);
  return iterated(lr, options, (rate, step) => {
    if ((step - 1 - tMax) % (2 * tMax) === 0)
      return rate + ((lr - etaMin) * (1 - cosine(Math.PI / tMax))) / 2;
    const fraction = (1 + cosine((Math.PI * step) / tMax)) / (1 + cosine((Math.PI * (step - 1)) / tMax));
    return fraction * (rate - etaMin) + etaMin;
  });
}

/** Of `linearLR`. */
export interface LinearLROptions extends IntervalOptions {
  /** Share of lr at step 0; default 1 / 3. */
  startFactor?: number;
  /** Share of lr from `totalIters` on; default 1. */
  endFactor?: number;
  /** Steps from one to the other; default 5. */
  totalIters?: number;
}

/** From startFactor · lr to endFactor · lr in a line: a warm-up. Errors: as `stepSchedule`. Source: torch.optim.lr_scheduler.LinearLR. */
export function linearLR(lr: number, options: LinearLROptions = {}): Schedule {
  expectSchedule('linearLR', lr, options, ['startFactor', 'endFactor', 'totalIters']);
  const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
  expectNumber('linearLR', 'startFactor', startFactor, 0, 1);
  expectNumber('linearLR', 'endFactor', endFactor, 0, 1);
  expectInteger('linearLR', 'totalIters', totalIters, 1);
  const slope = endFactor - startFactor;
  return iterated(lr * startFactor, options, (rate, step) =>
    step > totalIters ? rate : rate * (1 + slope / (totalIters * startFactor + (step - 1) * slope)),
  );
}

/** Of `oneCycleLR`. */
export interface OneCycleLROptions {
  /** Steps of the whole cycle; from then on the last rate stays. */
  totalSteps: number;
  /** Share of them in which the rate rises; default 0.3. */
  pctStart?: number;
  /** The first rate is maxLr / divFactor; default 25. */
  divFactor?: number;
  /** The last one is the first / finalDivFactor; default 1e4. */
  finalDivFactor?: number;
}

/**
 * Up to maxLr and down below the first rate again, each by half a cosine.
 * Errors: as `stepSchedule`. Source: Smith and Topin 2018; torch.optim.lr_scheduler.OneCycleLR.
 */
export function oneCycleLR(maxLr: number, options: OneCycleLROptions): Schedule {
  expectSchedule('oneCycleLR', maxLr, options, ['totalSteps', 'pctStart', 'divFactor', 'finalDivFactor']);
  const { totalSteps, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  expectInteger('oneCycleLR', 'totalSteps', totalSteps, 2);
  expectNumber('oneCycleLR', 'pctStart', pctStart, 0, 1);
  expectNumber('oneCycleLR', 'divFactor', divFactor, Number.MIN_VALUE, 1e30);
  expectNumber('oneCycleLR', 'finalDivFactor', finalDivFactor, Number.MIN_VALUE, 1e30);
  const first = maxLr / divFactor;
  const last = first / finalDivFactor;
  const top = pctStart * totalSteps - 1;
  const annealed = (from: number, to: number, share: number) =>
    to + ((from - to) / 2) * (cosine(Math.PI * share) + 1);
  return (step) => {
    const at = Math.min(step, totalSteps - 1);
    return at <= top
      ? annealed(first, maxLr, at / top)
      : annealed(maxLr, last, (at - top) / (totalSteps - 1 - top));
  };
}

/** Of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions {
  /** Default 0.1. */
  factor?: number;
  /** Measurements without a better one that are borne; default 10. */
  patience?: number;
  /** How much less, relatively, a better one is; default 1e-4. */
  threshold?: number;
  /** Measurements after a reduction that do not count; default 0. */
  cooldown?: number;
  /** Default 0. */
  minLr?: number;
}

/** Where a `ReduceLROnPlateau` is, beside its options. */
export interface PlateauState {
  lr: number;
  /** Infinity before the first measurement. */
  best: number;
  /** Measurements in a row without a better one. */
  bad: number;
  /** Measurements to come that do not count. */
  cooling: number;
}

/**
 * Multiplies the rate by `factor` where a number that should fall, such as a validation loss, does not: hand it to `step`.
 * An optimizer takes the object as its `lr`. Errors: as `stepSchedule`. Source: torch.optim.lr_scheduler.ReduceLROnPlateau, mode min.
 */
export class ReduceLROnPlateau {
  /** The rate in force. */
  lr: number;
  /** The least number so far. */
  best = Number.POSITIVE_INFINITY;
  readonly #options: Required<ReduceLROnPlateauOptions>;
  #bad = 0;
  #cooling = 0;

  constructor(lr: number, options: ReduceLROnPlateauOptions = {}) {
    expectNumber('ReduceLROnPlateau', 'lr', lr, 0, 1e30);
    const known = ['factor', 'patience', 'threshold', 'cooldown', 'minLr'];
    expectOptions('ReduceLROnPlateau', options, known);
    const { factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, minLr = 0 } = options;
    expectNumber('ReduceLROnPlateau', 'factor', factor, 0, 1 - 2 ** -53);
    expectInteger('ReduceLROnPlateau', 'patience', patience, 0);
    expectNumber('ReduceLROnPlateau', 'threshold', threshold, 0, 1);
    expectInteger('ReduceLROnPlateau', 'cooldown', cooldown, 0);
    expectNumber('ReduceLROnPlateau', 'minLr', minLr, 0, 1e30);
    this.lr = lr;
    this.#options = { factor, patience, threshold, cooldown, minLr };
  }

  /** A copy of what the next `step` depends on; a checkpoint with a trainer has it. */
  state(): PlateauState {
    return { lr: this.lr, best: this.best, bad: this.#bad, cooling: this.#cooling };
  }

  /** Goes on from a state of `state()`. Errors: RangeError for a number that none has; then nothing has changed. */
  restore(state: PlateauState): void {
    const { lr, best, bad, cooling } = state;
    const place = 'ReduceLROnPlateau.restore';
    expectNumber(place, 'lr', lr, 0, 1e30);
    if (typeof best !== 'number' || Number.isNaN(best))
      throw new RangeError(`${place}: expected best to be a number, got ${came(best)}`);
    expectInteger(place, 'bad', bad, 0);
    expectInteger(place, 'cooling', cooling, 0);
    this.lr = lr;
    this.best = best;
    this.#bad = bad;
    this.#cooling = cooling;
  }

  /** Takes a measurement; returns the rate then in force. */
  step(metric: number): number {
    const { factor, patience, threshold, cooldown, minLr } = this.#options;
    if (metric < this.best * (1 - threshold)) {
      this.best = metric;
      this.#bad = 0;
    } else this.#bad++;
    if (this.#cooling > 0) {
      this.#cooling--;
      this.#bad = 0;
    }
    if (this.#bad > patience) {
      const lower = Math.max(this.lr * factor, minLr);
      // Less than that makes no difference.
      if (this.lr - lower > 1e-8) this.lr = lower;
      this.#cooling = cooldown;
      this.#bad = 0;
    }
    return this.lr;
  }
}

function expectSchedule(place: string, lr: number, options: object, known: readonly string[]): void {
  expectNumber(place, 'lr', lr, 0, 1e30);
  expectOptions(place, options, [...known, 'interval']);
}

/**
 * A schedule whose rates follow from one another, `next(rate, step)` from that of the step before, as torch makes them: to
 * the last digit. Steps are asked for in their order, or nearly: what was computed last is kept.
 */
function iterated(
  first: number,
  { interval = 1 }: IntervalOptions,
  next: (rate: number, step: number) => number,
): Schedule {
  expectInteger('schedule', 'interval', interval, 1);
  let [at, rate] = [0, first];
  return (step) => {
    const wanted = Math.floor(step / interval);
    if (wanted < at) [at, rate] = [0, first];
    while (at < wanted) rate = next(rate, ++at);
    return rate;
  };
}

/** The same bits in every engine. */
const cosine = (x: number): number => sincos(x)[1];
