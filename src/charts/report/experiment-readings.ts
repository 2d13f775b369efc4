import { count, fixed, percent } from '../numbers.js';
import type { ComparedLayer, ComparedResult, ComparedRun, ComparedSet } from './experiments-data.js';
import { BROKEN, list, SHRINK, UNEVEN } from './layer-readings.js';
import { BAND, FAR, HALF, RAISED, type Reading } from './readings.js';

interface Finished extends ComparedResult {
  label: string;
}

/** Nats by which the best and the worst run have to differ before what is varied can be said to matter. */
const ALIKE = 0.05;

/** What can be said of the runs of a set beside each other: a reading for each thing that is wrong, then the best. */
export function readSet({ runs }: ComparedSet, vocabularySize: number): Reading[] {
  const results = runs.flatMap(({ label, result }) => (result === undefined ? [] : [{ label, ...result }]));
  const finished = results.filter(({ diverged }) => diverged === undefined);
  const chance = Math.log(vocabularySize);
  const wrong = [
    raised(results, chance),
    unlearned(finished, chance),
    saturated(finished),
    faded(finished),
    uneven(finished),
  ].flatMap((found) => found ?? []);
  const faults = new Set(wrong.flatMap(({ labels }) => labels));
  const healthy = finished.filter(({ label }) => !faults.has(label)).map(({ label }) => label);
  return [
    ...results.flatMap(divergence),
    ...wrong.map(({ severity, text }) => ({ severity, text })),
    ...(healthy.length === 0 ? [] : [sound(healthy, finished)]),
    ...verdict(finished),
    ...unfinished(runs),
  ];
}

function divergence({ label, diverged }: Finished): Reading[] {
  if (diverged === undefined) return [];
  const { step, loss, likely } = diverged;
  return [
    {
      severity: 'problem',
      text: `${label} diverged at step ${count(step)}: the loss became ${loss}. Likely cause: ${likely}.`,
    },
  ];
}

/** A reading, and the runs that it is about. */
interface Fault extends Reading {
  labels: string[];
}

/** One reading for all the runs that something is wrong with; undefined where there are none. */
function fault<Found extends { label: string; shown: string; bad: boolean }>(
  found: readonly Found[],
  text: (runs: string) => string,
): Fault | undefined {
  if (found.length === 0) return undefined;
  const runs = list(found.map(({ label, shown }) => `${label} (${shown})`));
  return {
    labels: found.map(({ label }) => label),
    severity: found.some(({ bad }) => bad) ? 'problem' : 'warning',
    text: text(runs),
  };
}

const raised = (results: Finished[], chance: number) =>
  fault(
    results.flatMap(({ label, initialLoss }) =>
      initialLoss === null || initialLoss - chance <= RAISED
        ? []
        : [{ label, shown: fixed(initialLoss, 2), bad: initialLoss - chance > FAR }],
    ),
    (runs) =>
      `Sure of wrong answers from the start: ${runs}. Knowing nothing would lose ${fixed(chance, 2)} in the first minibatch; the logits begin too wide.`,
  );

const unlearned = (finished: Finished[], chance: number) =>
  fault(
    finished.flatMap(({ label, finalLoss }) =>
      finalLoss === null || finalLoss < chance ? [] : [{ label, shown: fixed(finalLoss, 3), bad: true }],
    ),
    (runs) =>
      `Nothing learned by the end: ${runs}, in the last minibatches no better than knowing nothing (${fixed(chance, 3)}).`,
  );

const saturated = (finished: Finished[]) =>
  fault(
    finished.flatMap(({ label, layers }) => {
      const [at, worst] = most(layers, (layer) => layer.saturated);
      const where = layers.length > 1 ? ` in layer ${at + 1}` : '';
      return worst > BAND ? [{ label, shown: `${percent(worst, 0)}${where}`, bad: worst > HALF }] : [];
    }),
    (runs) =>
      `Saturated, where hardly any gradient gets through: ${runs}. Up to ${BAND} % of a layer does no harm; smaller weights in front of it, or normalised ones, would bring it there.`,
  );

const faded = (finished: Finished[]) =>
  fault(
    finished.flatMap(({ label, layers }) => {
      const [first, last] = [layers[0]?.std ?? 0, layers.at(-1)?.std ?? 0];
      return last < SHRINK * first
        ? [{ label, shown: `std ${fixed(first, 2)} to ${fixed(last, 2)}`, bad: false }]
        : [];
    }),
    (runs) =>
      `The signal fades from the first layer to the last: ${runs}. Each tanh squeezes, and the weights do not stretch enough.`,
  );

const uneven = (finished: Finished[]) =>
  fault(
    finished.flatMap(({ label, layers }) => {
      const stds = layers.map(({ gradientStd }) => gradientStd);
      const ratio = Math.max(...stds) / Math.min(...stds);
      if (stds.length < 2 || !(ratio > UNEVEN)) return [];
      const direction = stds[0] < stds[stds.length - 1] ? 'vanish' : 'grow';
      const factor = Number.isFinite(ratio) ? `by a factor of ${fixed(ratio, 1)}` : 'to nothing';
      return [{ label, shown: `${direction} ${factor}`, bad: ratio > BROKEN }];
    }),
    (runs) =>
      `Gradients that are not of one size on their way back: ${runs}. The layers learn at unlike speeds.`,
  );

/** Where the largest number is, and the number. */
function most(layers: readonly ComparedLayer[], of: (layer: ComparedLayer) => number): [number, number] {
  return layers.reduce<[number, number]>(
    (found, layer, i) => (of(layer) > found[1] ? [i, of(layer)] : found),
    [0, 0],
  );
}

function sound(labels: string[], finished: Finished[]): Reading {
  const layers = finished.find(({ label }) => label === labels[0])?.layers.length ?? 0;
  const level = layers > 1 ? ', level over the layers' : '';
  return {
    severity: 'healthy',
    text: `${list(labels)}: begun near the line of knowing nothing${level}, little saturated.`,
  };
}

/** Which run ended best, and how much it matters. */
function verdict(finished: Finished[]): Reading[] {
  const measured = finished.flatMap(({ label, losses }) =>
    losses === undefined ? [] : [{ label, val: losses.val }],
  );
  if (measured.length < 2) return [];
  const sorted = measured.sort((a, b) => a.val - b.val);
  const [best, worst] = [sorted[0], sorted[sorted.length - 1]];
  const gap = worst.val - best.val;
  const text = `Least validation loss: ${best.label}, ${fixed(best.val, 4)}.`;
  return [
    {
      severity: 'note',
      text:
        gap < ALIKE
          ? `${text} The others are within ${fixed(gap, 4)} nats of it: after so many steps the choice hardly matters.`
          : `${text} Farthest behind: ${worst.label}, by ${fixed(gap, 4)} nats.`,
    },
  ];
}

function unfinished(runs: readonly ComparedRun[]): Reading[] {
  const labels = runs.filter(({ result }) => result === undefined).map(({ label }) => label);
  return labels.length === 0 ? [] : [{ severity: 'note', text: `Not finished: ${list(labels)}.` }];
}
