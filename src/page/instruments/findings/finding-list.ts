/** Findings as a list that can be read: one entry for a rule, in a fixed order, calm while the run plays. */
import type { Finding } from 'lanewise/diagnostics';
import { layerName, type PlacedLayer, withLayerNames } from '../../view/layer-names.js';

export interface Entry {
  key: string;
  severity: Finding['severity'];
  place: string;
  text: string;
  /** Other places of which the same holds, less badly. */
  also: string[];
  /** The id of the instrument where it is seen. */
  seenIn: string;
  /** Where it stands in the list: what explains others is as grave as the gravest of them, and before them. */
  order: number;
}

const severities: readonly Finding['severity'][] = ['problem', 'warning', 'note'];
/** Among entries that nothing else orders, as the library has them; the rate, and what it explains, come after. */
const rules: readonly Finding['rule'][] = [
  'not-finite',
  'confident',
  'constant',
  'exploding',
  'saturated',
  'dead',
  'vanishing',
  'no-gradient',
];

/** The instrument that shows what a finding is about. */
export function instrumentOf({ rule, place, text }: Pick<Finding, 'rule' | 'place' | 'text'>): string {
  if (place === 'loss') return 'loss';
  if (place === 'learning rate') return 'updates';
  if (rule === 'saturated' || rule === 'dead') return 'saturation';
  if (/\bgradients?\b/.test(text.split(';')[0])) return 'gradients';
  return place.startsWith('parameter') ? 'weights' : 'activations';
}

/** One entry for each rule and instrument, with the words of its worst place; in the order of the findings, root cause first. */
export function entriesOf(findings: readonly Finding[]): Entry[] {
  const entries = new Map<string, Entry>();
  const rate = findings.findIndex(({ rule }) => rule === 'rate-high');
  const grades = findings.map(({ severity }) => severities.indexOf(severity));
  for (const [i, finding] of findings.entries()) {
    const { rule, severity, place, text } = finding;
    const seenIn = instrumentOf(finding);
    const key = `${rule} ${seenIn}`;
    const entry = entries.get(key);
    const grade = rule === 'not-finite' ? -1 : Math.min(...grades.slice(i));
    const rank =
      i === rate ? rules.length : rules.indexOf(rule) + (rate >= 0 && i > rate ? rules.length + 1 : 0);
    const order = grade * 3 * rules.length + (rule === 'rate-low' ? 3 * rules.length - 1 : rank);
    if (entry === undefined) entries.set(key, { key, severity, place, text, also: [], seenIn, order });
    else if (!entry.also.includes(place) && entry.place !== place) entry.also.push(place);
  }
  return [...entries.values()].sort(inOrder);
}

/** An entry keeps its place as long as its severity, and what explains it, stay. */
const inOrder = (a: Entry, b: Entry): number => a.order - b.order || a.key.localeCompare(b.key);

/** Milliseconds for which an entry stays after it was last found, and for which its words stay as they are. */
const STAYS = 2000;
const HOLDS = 1500;

/** The entries of a run that plays: none appears only for a moment, and their words can be read to the end. */
export class CalmList {
  #shown = new Map<string, { entry: Entry; found: number; written: number }>();

  /** Takes what was found at a time in milliseconds; gives the same array as before where nothing changes. */
  update(found: readonly Entry[], now: number, before: readonly Entry[]): readonly Entry[] {
    let changed = false;
    for (const entry of found) {
      const shown = this.#shown.get(entry.key);
      if (shown !== undefined) {
        shown.found = now;
        if (now - shown.written < HOLDS || same(shown.entry, entry)) continue;
      }
      this.#shown.set(entry.key, { entry, found: now, written: now });
      changed = true;
    }
    for (const [key, shown] of this.#shown) {
      if (now - shown.found < STAYS) continue;
      this.#shown.delete(key);
      changed = true;
    }
    if (!changed) return before;
    return Array.from(this.#shown.values(), ({ entry }) => entry).sort(inOrder);
  }

  /** Of a run at rest: exactly what was found. */
  set(found: readonly Entry[], now: number): readonly Entry[] {
    this.#shown = new Map(found.map((entry) => [entry.key, { entry, found: now, written: now }]));
    return found;
  }
}

const same = (a: Entry, b: Entry): boolean =>
  a.severity === b.severity && a.text === b.text && a.place === b.place && a.also.join() === b.also.join();

/** Several places in few words: `tanh 1, 2 of 5`. */
export function placesIn(places: readonly string[], layers: readonly PlacedLayer[]): string {
  const groups = new Map<string, string[]>();
  for (const place of places) {
    const name = withLayerNames(layerName(place, layers), layers);
    const [, kind, number, count] = /^(.+) (\d+) of (\d+)$/.exec(name) ?? [];
    const group = kind === undefined ? name : `${kind} # of ${count}`;
    groups.set(group, [...(groups.get(group) ?? []), number ?? '']);
  }
  return [...groups].map(([group, numbers]) => group.replace('#', numbers.join(', '))).join(', ');
}

/** How many of each severity, in words. */
export function summaryOf(entries: readonly Entry[]): string {
  const counts = severities.flatMap((severity) => {
    const n = entries.filter((entry) => entry.severity === severity).length;
    return n === 0 ? [] : [`${n} ${severity}${n === 1 ? '' : 's'}`];
  });
  return counts.length === 0 ? 'Nothing looks wrong.' : `${counts.join(', ')}.`;
}
