import type { Slider } from './shown.js';

export interface SliderOptions {
  min: number;
  max: number;
  /** Default 1. */
  step?: number;
  /** Where it stands at first; default `min`. */
  value?: number;
}

/**
 * A slider as it is shown.
 *
 * @param moved where the reader has put it; what a new range leaves out is its nearest end
 * @throws TypeError unless the label is a string and the options are finite numbers, RangeError for an empty range, a step
 *   that is not positive, a value outside
 */
export function sliderOf(
  label: string,
  { min, max, step = 1, value = min }: SliderOptions,
  moved: number | undefined,
): Slider {
  if (typeof label !== 'string' || label === '')
    throw new TypeError(`slider: expected a label first, got ${label === '' ? "''" : typeof label}`);
  for (const [name, number] of Object.entries({ min, max, step, value }))
    if (!Number.isFinite(number))
      throw new TypeError(`slider: ${label}: expected ${name} to be a finite number, got ${String(number)}`);
  if (!(min < max)) throw new RangeError(`slider: ${label}: expected min below max, got ${min} and ${max}`);
  if (!(step > 0)) throw new RangeError(`slider: ${label}: expected a step above 0, got ${step}`);
  if (value < min || value > max)
    throw new RangeError(`slider: ${label}: expected a value from ${min} to ${max}, got ${value}`);
  const at = moved === undefined ? value : Math.min(max, Math.max(min, moved));
  return { kind: 'slider', name: label, label, min, max, step, value: at };
}
