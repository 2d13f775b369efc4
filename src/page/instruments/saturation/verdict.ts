/** What becomes of a unit, by how many examples let a gradient through. */

import type { UnitReport } from '../../engine/protocol.js';
import { powerOfTen, share, whole } from '../../view/figures.js';
import type { Severity } from '../../view/instrument.js';

export interface Verdict {
  severity: Severity;
  text: string;
}

/** That a minibatch drawn with replacement holds at least one of `open` examples out of `examples`. */
export const reached = (open: number, examples: number, batch: number): number =>
  -Math.expm1(batch * Math.log1p(-open / examples));

type Seen = Pick<UnitReport, 'kind' | 'open' | 'examples'>;

export function verdictOf({ kind, open, examples }: Seen, batch: number): Verdict {
  if (kind === 'LeakyReLU')
    return {
      severity: 'healthy',
      text: 'Leaky ReLU has a slope of 0.01 where the unit is not active: a gradient comes through every example, and the unit cannot die.',
    };
  if (open === 0) return { severity: 'problem', text: deadText(kind, examples) };
  const part = open / examples;
  const chance = reached(open, examples, batch);
  const counted = `It lets a gradient through in ${whole(open)} of ${whole(examples)} training examples (${share(part)}).`;
  if (open === examples) return { severity: 'healthy', text: `${counted} No batch finds it dead.` };
  const next = `A batch of ${whole(batch)} holds at least one of them with probability ${share(Math.min(chance, 1 - Number.EPSILON))}`;
  if (chance > 0.999)
    return {
      // As the findings have it: below 30 % flat is healthy, but for ReLU, which is off half the time.
      severity: part < (kind === 'ReLU' ? 0.1 : 0.7) ? 'note' : 'healthy',
      text: `${counted} ${next}: it learns in practically every step.`,
    };
  const wait = chance > 0 ? 1 / chance : Number.POSITIVE_INFINITY;
  const severity = chance < 0.5 ? 'warning' : 'note';
  const often = wait < 1.95 ? 'most steps' : `one step in ${whole(Math.round(wait))}`;
  return {
    severity,
    text: `${counted} ${next}: dead on one batch, revived by another, it learns in ${often}.`,
  };
}

function deadText(kind: string, examples: number): string {
  const all = `None of the ${whole(examples)} training examples lets a gradient through`;
  const rescue = 'What the layers before it learn may still move its input; no batch does it directly.';
  if (kind === 'ReLU')
    return `${all}: the gradient of its weights is exactly 0 on every batch, and they stay as they are. Dead for good, as far as these examples go. ${rescue}`;
  if (kind === 'ELU')
    return `${all} to speak of: less than a hundredth of it comes through each. It hardly moves. ${rescue}`;
  const most = kind === 'Sigmoid' ? '0.5 %' : '2 %';
  return `${all} to speak of: at most ${most} of it comes through each, mostly far less. Dead for good in practice, though not exactly 0. ${rescue}`;
}

/** The norm of the gradient of the incoming weights, in words. */
export function gradientText({ gradient, step }: Pick<UnitReport, 'gradient' | 'step'>): string {
  if (gradient === undefined)
    return step === 0 ? 'none before the first step' : 'not kept for a past moment; the next step has one';
  const { norm, median } = gradient;
  return `${norm === 0 ? 'exactly 0' : small(norm)} (median of the layer’s units: ${small(median)})`;
}

/** Three digits: 0.0306, 6.49·10⁻⁴. */
function small(value: number): string {
  if (value === 0 || (value >= 0.001 && value < 1000)) return value.toPrecision(3);
  return powerOfTen(value, 3);
}
