import { count, fixed, percent, scientific } from '../numbers.js';
import type { ComparedLayer, ComparedResult, ComparedRun, ComparedSet } from './experiments-data.js';
import { BROKEN, FAINT, list, SHRINK, UNEVEN } from './layer-readings.js';
import { BAND, FAR, HALF, RAISED, type Reading } from './readings.js';

interface Finished extends ComparedResult {
  label: string;
}

/** Nats by which the best and the worst run have to differ before what is varied can be said to matter. */
const ALIKE = 0.05;
/** Nats behind the best that are far. */
const BEHIND = 0.25;

/** What can be said of the runs of a set beside each other: a reading for each thing that is wrong, then the best. */
export function readSet({ runs }: ComparedSet, vocabularySize: number): Reading[] {
  const results = runs.flatMap(({ label, result }) => (result === undefined ? [] : [{ label, ...result }]));
  const finished = results.filter(({ diverged }) => diverged === undefined);
  const chance = Math.log(vocabularySize);
  const wrong = [
    raised(results, chance),
    unlearned(finished, chance),
    saturated(finished),
    faint(finished),
    uneven(finished),
    behind(finished, chance),
  ].flat();
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

/** A reading for the runs that something is wrong with, and one for those where it is less so. */
function fault(
  found: readonly { label: string; shown: string; bad: boolean }[],
  text: (runs: string) => string,
): Fault[] {
  const named = (bad: boolean) => found.filter((each) => each.bad === bad);
  const [worse, less] = [named(true), named(false)];
  const runs = (some: typeof less) => list(some.map(({ label, shown }) => `${label} (${shown})`));
  const labels = (some: typeof less) => some.map(({ label }) => label);
  return [
    ...(worse.length === 0
      ? []
      : [{ labels: labels(worse), severity: 'problem' as const, text: text(runs(worse)) }]),
    ...(less.length === 0
      ? []
      : [
          {
            labels: labels(less),
            severity: 'warning' as const,
            text: worse.length === 0 ? text(runs(less)) : `The same, but less: ${runs(less)}.`,
          },
        ]),
  ];
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

const faint = (finished: Finished[]) =>
  fault(
    finished.flatMap(({ label, layers }) => {
      const [at, below] = most(layers, ({ std }) => 1 - std);
      const std = 1 - below;
      const shrunk = std < SHRINK * (layers[0]?.std ?? 0);
      return layers.length > 0 && (std < FAINT || shrunk)
        ? [
            {
              label,
              shown: `std ${std < 0.01 ? scientific(std, 2) : fixed(std, 2)} in layer ${at + 1}`,
              bad: std < FAINT / 4,
            },
          ]
        : [];
    }),
    (runs) =>
      `The signal is faint: ${runs}. Each tanh squeezes and the weights do not stretch enough; so close to 0 tanh hardly bends.`,
  );

const uneven = (finished: Finished[]) =>
  fault(
    finished.flatMap(({ label, layers }) => {
      const stds = layers.map(({ gradientStd }) => gradientStd);
      const ratio = Math.max(...stds) / Math.min(...stds);
      if (stds.length < 2 || !(ratio > UNEVEN)) return [];
      const direction = stds[0] < stds[stds.length - 1] ? 'vanish' : 'grow';
      const factor = Number.isFinite(ratio)
        ? `by a factor of ${ratio < 1000 ? fixed(ratio, 1) : scientific(ratio, 2)}`
        : 'to nothing';
      return [{ label, shown: `${direction} ${factor}`, bad: ratio > BROKEN }];
    }),
    (runs) =>
      `Gradients that are not of one size on their way back: ${runs}. The layers learn at unlike speeds.`,
  );

/** Those that learned something, but little beside the best. */
const behind = (finished: Finished[], chance: number) => {
  const least = Math.min(...finished.flatMap(({ losses }) => losses?.val ?? []));
  return fault(
    finished.flatMap(({ label, losses, finalLoss }) => {
      const gap = (losses?.val ?? 0) - least;
      const learned = finalLoss !== null && finalLoss < chance;
      return learned && gap > BEHIND ? [{ label, shown: `by ${fixed(gap, 2)} nats`, bad: false }] : [];
    }),
    (runs) => `Far behind the best at the end: ${runs}.`,
  );
};

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
    text: `Begun near the line of knowing nothing${level}, little saturated: ${list(labels)}.`,
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
          ? `${text} ${measured.length === 2 ? 'The other is' : 'All are'} within ${fixed(gap, 4)} nats of it: after so many steps the choice hardly matters.`
          : `${text} Farthest behind: ${worst.label}, by ${fixed(gap, 4)} nats.`,
    },
  ];
}

function unfinished(runs: readonly ComparedRun[]): Reading[] {
  const labels = runs.filter(({ result }) => result === undefined).map(({ label }) => label);
  return labels.length === 0 ? [] : [{ severity: 'note', text: `Not finished: ${list(labels)}.` }];
}
