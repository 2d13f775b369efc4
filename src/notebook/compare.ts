import type { Checked, Compared } from './shown.js';

/** What a cell can compare: numbers, strings, truth, and lists of them. */
export type Comparable = number | string | boolean | ArrayLike<number> | readonly string[];

/** Part of a recorded number by which another may differ: sums in another order differ in the sixth digit. */
const RELATIVE = 1e-5;

/**
 * A value beside the recorded one, or each of a list beside its own. Numbers agree where they differ by at most `within`
 * (default: 1e-5 of the recorded one), all else where they are equal. Without a recorded value there is nothing to agree with.
 *
 * @param label of a list: one for all, which gets numbers, or one for each
 * @throws TypeError for what cannot be compared, RangeError for lists of another length
 */
export function compare(
  label: string | readonly string[],
  ours: Comparable,
  recorded: Comparable | undefined,
  within?: number,
): Compared[] {
  const labels = [label].flat();
  if (!labels.every((each) => typeof each === 'string'))
    throw new TypeError(`expect: expected a label first, got ${typeof label}`);
  const [first = ''] = labels;
  const expectLength = (list: unknown, length: number, what: string) => {
    if (isList(list) && list.length === length) return;
    throw new RangeError(
      `expect: ${first}: expected ${isList(list) ? `${list.length} ${what}` : `one ${what.slice(0, -1)}`}, got ${length}`,
    );
  };
  if (!isList(ours)) return [compareOne(first, ours, recorded, within)];
  if (recorded !== undefined) expectLength(recorded, ours.length, 'values');
  if (Array.isArray(label)) expectLength(label, ours.length, 'labels');
  return Array.from(ours, (each, i) =>
    compareOne(
      Array.isArray(label) ? label[i] : `${label} [${i}]`,
      each,
      (recorded as readonly unknown[])?.[i],
      within,
    ),
  );
}

const isList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);

function compareOne(label: string, ours: unknown, recorded: unknown, within?: number): Compared {
  if (!['number', 'string', 'boolean'].includes(typeof ours))
    throw new TypeError(
      `expect: ${label}: expected a number, a string, true or false, or a list of them, got ${ours === null ? 'null' : typeof ours}`,
    );
  if (recorded === undefined) return { label, ours: text(ours) };
  const agrees =
    typeof ours === 'number' && typeof recorded === 'number'
      ? Math.abs(ours - recorded) <= (within ?? RELATIVE * Math.abs(recorded))
      : ours === recorded;
  return { label, ours: text(ours), recorded: text(recorded), agrees };
}

const text = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(7)))
    : String(value);

/**
 * What a check found: `differs` returns what differs, in words, or nothing where all is as it should be. What it throws
 * differs too.
 *
 * @throws TypeError unless `differs` is a function and the hints are strings
 */
export function checkExercise(
  name: string,
  differs: () => string | undefined,
  hints: readonly string[] = [],
): Checked {
  if (typeof differs !== 'function')
    throw new TypeError(`check: ${name}: expected a function that says what differs, got ${typeof differs}`);
  if (!Array.isArray(hints) || !hints.every((hint) => typeof hint === 'string'))
    throw new TypeError(`check: ${name}: expected hints to be strings, got ${typeof hints}`);
  let found: string | undefined;
  try {
    found = differs();
  } catch (error) {
    found = `it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
  return { kind: 'check', name, passed: found === undefined, differs: found ?? '', hints: [...hints] };
}
