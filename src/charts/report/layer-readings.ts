import type { LayerStats } from '../layer-histograms.js';
import { count, fixed, percent, scientific, tidy } from '../numbers.js';
import { isWeight, TARGET, type UpdateToData } from '../update-ratio.js';
import { type ActivationKind, activationKind } from './activation-kinds.js';
import type { WeightGradient } from './data.js';
import { type Reading, recent } from './readings.js';

/** How much narrower the last layer may be than the first. */
export const SHRINK = 0.5;
/** A std below which tanh is nearly linear, and how far the stds of layers that are alike may differ. */
export const [FAINT, ALIKE] = [0.4, 1.3];
/** How many times the narrowest gradient the widest may be. */
export const [UNEVEN, BROKEN] = [3, 10];
/** How many times the middle one a grad:data ratio may be. */
const OUTLIER = 3;
/** Powers of ten about −3 that are as they should be, and that are still in order. */
const [NEAR, FAR] = [0.5, 1];

export const list = (names: string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;

const range = (values: number[], text: (value: number) => string): string => {
  const [low, high] = [text(Math.min(...values)), text(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
};

export function readActivations(
  layers: readonly LayerStats[],
  surveyed?: number,
  kind: ActivationKind = activationKind(),
): Reading[] {
  const { closed, Closed, dies, band } = kind;
  const tanh = kind === activationKind('Tanh');
  const readings: Reading[] = [];
  const shares = layers.flatMap(({ saturated }) => saturated ?? []);
  const over = layers.filter(({ saturated = 0 }) => saturated > band[0]);
  if (over.length > 0) {
    const worst = Math.max(...over.map(({ saturated = 0 }) => saturated));
    readings.push({
      severity: worst > band[1] ? 'problem' : 'warning',
      text: `${list(over.map(({ name, saturated = 0 }) => `${name} (${percent(saturated)})`))} above the band of ${band[0]} %${closed === 'saturated' ? '' : ` ${closed}`}: most of what flows back through those units is lost. ${closed === 'saturated' ? 'A smaller gain in front of them brings them back.' : 'A smaller learning rate or other initial weights keep them awake.'}`,
    });
  }
  const dead = layers.filter((layer) => dies && (layer.dead ?? 0) > 0);
  if (dead.length > 0)
    readings.push({
      severity: closed === 'saturated' ? 'problem' : 'note',
      text: `${Closed} in every example of the batch: ${list(dead.map(({ name, dead: units = 0 }) => `${count(units)} of the units of ${name}`))}.${closed === 'saturated' ? '' : ' Another batch may wake them.'}`,
    });
  const everywhere = layers.filter(({ deadInAll = 0 }) => deadInAll > 0);
  if (surveyed !== undefined && everywhere.length > 0)
    readings.push({
      severity: 'problem',
      text: `${Closed} in every one of the ${count(surveyed)} examples of the split: ${list(everywhere.map(({ name, deadInAll = 0 }) => `${count(deadInAll)} of the units of ${name}`))}. Nothing that these are shown teaches them.`,
    });
  const [first, last] = [layers[0], layers[layers.length - 1]];
  if (layers.length > 1 && last.std < SHRINK * first.std)
    readings.push({
      severity: 'warning',
      text: `The spread falls from ${fixed(first.std, 2)} in ${first.name} to ${fixed(last.std, 2)} in ${last.name}: ${tanh ? 'each tanh squeezes a little and nothing stretches back. That is what the gain of 5/3 is for.' : 'the signal fades on its way. A larger gain of the initial weights holds it up.'}`,
    });
  const faint = layers.filter(({ std }) => tanh && std < FAINT);
  if (readings.length === 0 && faint.length > 0)
    readings.push({
      severity: 'note',
      text: `${list(faint.map(({ name, std }) => `${name} (std ${fixed(std, 2)})`))}: so close to 0 tanh hardly bends, and a stack of nearly linear layers is not much more than one.`,
    });
  if (readings.length === 0) {
    const stds = layers.map(({ std }) => std);
    const alike = Math.max(...stds) < ALIKE * Math.min(...stds);
    const saturation = shares.length > 0 ? `, ${range(shares, (share) => fixed(share, 1))} % ${closed}` : '';
    readings.push({
      severity: 'healthy',
      text: `${alike && layers.length > 1 ? 'All layers are alike: std' : 'The std is'} ${range(stds, (std) => fixed(std, 2))}${saturation}.`,
    });
  }
  return readings;
}

export function readGradients(layers: readonly LayerStats[]): Reading[] {
  const [first, last] = [layers[0], layers[layers.length - 1]];
  const stds = layers.map(({ std }) => std);
  if (Math.max(...stds) === 0)
    return [{ severity: 'problem', text: 'No gradient reaches any of these layers.' }];
  const ratio = Math.max(...stds) / Math.min(...stds);
  const spread = `The spreads lie within a factor of ${fixed(ratio, 1)}`;
  if (!(ratio > UNEVEN))
    return [{ severity: 'healthy', text: `${spread}: every layer is told about as much as its neighbours.` }];
  const direction = first.std < last.std ? 'vanish' : 'grow';
  return [
    {
      severity: ratio > BROKEN ? 'problem' : 'warning',
      text: `Gradients ${direction} on their way back: std ${scientific(last.std)} in ${last.name}, ${scientific(first.std)} in ${first.name}, a factor of ${fixed(ratio, 1)} between extremes. Layers learn at unlike speeds.`,
    },
  ];
}

export function readWeightGradients(gradients: readonly WeightGradient[]): Reading[] {
  const ratios = gradients.map(({ gradDataRatio }) => gradDataRatio).sort((a, b) => a - b);
  const middle = ratios[Math.floor(ratios.length / 2)];
  if (middle === 0)
    return [
      {
        severity: 'problem',
        text: `No gradient reaches ${list(gradients.filter((one) => one.gradDataRatio === 0).map(({ name }) => name))}: nothing in there changes any more.`,
      },
    ];
  const outliers = gradients.filter(({ gradDataRatio }) => gradDataRatio > OUTLIER * middle);
  if (outliers.length === 0)
    return [
      {
        severity: 'healthy',
        text: `grad:data lies between ${tidy(ratios[0], 2)} and ${tidy(ratios[ratios.length - 1], 2)}; no tensor stands far above the others.`,
      },
    ];
  return [
    {
      severity: 'note',
      text: `${list(outliers.map(({ name, gradDataRatio }) => `${name} (${tidy(gradDataRatio, 2)})`))}: more than ${OUTLIER} times the usual ratio of ${tidy(middle, 2)}. With one learning rate for all it trains that much faster.${outliers.includes(gradients[gradients.length - 1]) ? ' At the start of a run this is common in the last layer, which was scaled down.' : ''}`,
    },
  ];
}

export function readUpdates(data: UpdateToData, lr: number | undefined): Reading[] {
  const weights = data.parameters
    .filter(isWeight)
    .map(({ name, log10 }) => ({ name, ratio: recent(data.steps, log10) }));
  const ratios = weights
    .map(({ ratio }) => ratio)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (ratios.length === 0) return [];
  const middle = ratios[Math.floor(ratios.length / 2)];
  const off = middle - TARGET;
  const where = `In the last tenth of the run the matrices lie at ${range(ratios, (ratio) => fixed(ratio, 2))}, the middle one at ${fixed(middle, 2)}`;
  if (Math.abs(off) <= NEAR) return [{ severity: 'healthy', text: `${where}.` }];
  const remedy =
    lr === undefined
      ? ''
      : ` A learning rate of about ${Number((lr / 10 ** off).toPrecision(1))} in place of ${lr} would bring that one to −3.`;
  const times = fixed(10 ** Math.abs(off), Math.abs(off) > FAR ? 0 : 1);
  const verdict =
    off > 0
      ? `${times} times the rule of thumb, so the steps are bold`
      : `the rule of thumb is ${times} times that, so the network learns slowly`;
  return [{ severity: Math.abs(off) > FAR ? 'warning' : 'note', text: `${where}: ${verdict}.${remedy}` }];
}
