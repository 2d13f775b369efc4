/** Drawn names as they are shown. */
import { printable } from 'lanewise';
import type { Drawn, Origin } from '../../engine/protocol.js';

export interface ShownName {
  text: string;
  /** In full, where the text is shortened. */
  full: string | undefined;
  origin: Origin;
}

/** Characters of a name that are shown: all, but of what an untrained network draws. */
const LONGEST = 24;

/** Without the boundary that ends a name; shortened where it is long; `∅` for the empty name. */
export function shownName(sample: string, origin: Origin, boundary: string): ShownName {
  const ended = sample.endsWith(boundary);
  const name = ended ? sample.slice(0, -boundary.length) : sample;
  if (name === '') return { text: '∅', full: 'the empty name', origin };
  const characters = [...name];
  if (characters.length <= LONGEST && ended) return { text: printable(name), full: undefined, origin };
  const full = ended ? name : `${name} … (cut: no end after ${characters.length} characters)`;
  const beginning = characters.slice(0, LONGEST - 1).join('');
  return { text: `${printable(beginning)}…`, full: printable(full), origin };
}

/** `boundary`: the first token of the run's vocabulary. */
export const shownNames = (
  { samples, origins }: Pick<Drawn, 'samples' | 'origins'>,
  boundary: string,
): ShownName[] => samples.map((sample, i) => shownName(sample, origins[i], boundary));

/** How many of the drawn names are real ones, in words, and which of these were trained on. */
export function countOrigins(origins: readonly Origin[]): { real: string; which: string } {
  const count = (origin: Origin) => origins.filter((each) => each === origin).length;
  const [trained, heldOut] = [count('trained'), count('held-out')];
  const real = trained + heldOut;
  return {
    real: `Real: ${real} of ${origins.length}`,
    which: real === 0 ? '' : ` (${trained} trained on, ${heldOut} never shown)`,
  };
}

/** Rows of the history. */
const ROWS = 4;

/**
 * The steps of the history's rows at a step of a run: 0, 10, 100 …, and of more than four the first and the last ones that
 * are reached, with the next.
 */
export function milestonesOf(steps: number, step: number): number[] {
  const milestones = [0];
  for (let at = 10; at <= steps; at *= 10) milestones.push(at);
  const reached = milestones.filter((at) => at <= step).length;
  const end = Math.max(ROWS, Math.min(milestones.length, reached + 1));
  return [milestones[0], ...milestones.slice(1, end).slice(1 - ROWS)];
}
