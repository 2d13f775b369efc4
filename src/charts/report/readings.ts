import { count, fixed, nats, percent } from '../numbers.js';
import { deadUnits, saturatedShare } from '../saturation-image.js';
import { smoothingWindow, windowMeans } from '../window-means.js';
import type { InitialState, LossLogRow, ReportData, SplitLosses } from './data.js';

/** What a figure says about this run. */
export interface Reading {
  severity: 'healthy' | 'note' | 'warning' | 'problem';
  text: string;
}

/** Nats above ln(vocabulary) at which a first loss is out of the ordinary, and at which it is wrong. */
export const [RAISED, FAR] = [0.3, 1];
/** Percent of a layer's values that may be saturated before training or after. */
export const BAND = 20;
export const HALF = 50;

/** What a run's losses say: its first one, where they broke off, and how far the last of them are from each other. */
export function readLoss({
  losses,
  vocabularySize,
}: Pick<ReportData, 'losses' | 'vocabularySize'>): Reading[] {
  const finite = losses.filter(([, loss]) => Number.isFinite(loss));
  if (finite.length === 0) return [{ severity: 'problem', text: 'No loss of this run was a finite number.' }];
  const chance = Math.log(vocabularySize);
  const [firstStep, first] = finite[0];
  const readings: Reading[] = [];
  if (firstStep === 0) {
    const excess = first - chance;
    const start = `The first minibatch lost ${nats(first, 4)}; knowing nothing would lose ln\u00a0${vocabularySize}\u00a0=\u00a0${fixed(chance, 4)}.`;
    if (excess > RAISED)
      readings.push({
        severity: 'warning',
        text:
          `${start} The ${nats(excess, 2)} nats above that are confidence in wrong answers: the logits start too wide. ` +
          'The first steps only squash them. Scale the last layer down (W₂ · 0.01, b₂ = 0) and the run begins at the line.',
      });
    else
      readings.push({
        severity: 'healthy',
        text: `${start} The network starts without opinions, as it should.`,
      });
  }
  if (finite.length < losses.length) {
    const [step] = losses.find(([, loss]) => !Number.isFinite(loss)) ?? [0];
    readings.push({ severity: 'problem', text: `At step ${count(step)} the loss stopped being a number.` });
  }
  const end = lossAtTheEnd(finite);
  if (end !== undefined) {
    const text = `Over the last ${count(end.steps)} steps the mean was ${nats(end.mean, 3)} and single minibatches strayed by ±${nats(end.deviation, 2)}`;
    if (end.mean > chance && firstStep === 0 && first - end.mean > FAR)
      readings.push({
        severity: 'warning',
        text: `${text}: still above ln ${vocabularySize}. So far the steps have only undone the initialisation.`,
      });
    else if (end.mean > chance)
      readings.push({
        severity: 'problem',
        text: `${text}: above ln ${vocabularySize}, so nothing has been learned. Try a lower learning rate.`,
      });
    else
      readings.push({ severity: 'healthy', text: `${text}: compare runs by means, not by their last loss.` });
  }
  return readings;
}

/** The losses of single minibatches at the end of a run, in nats. */
export interface LossAtTheEnd {
  /** Width of the window, and how many losses are in it. */
  steps: number;
  count: number;
  mean: number;
  /** Standard deviation of single minibatches. */
  deviation: number;
}

/** Mean and deviation of the last two windows' losses, all finite; undefined where the run is too short for them. */
export function lossAtTheEnd(losses: readonly (readonly [number, number])[]): LossAtTheEnd | undefined {
  if (losses.length === 0) return undefined;
  const last = losses[losses.length - 1][0];
  const window = smoothingWindow(losses.map(([step]) => step));
  const values = losses.filter(([step]) => step > last - 2 * window).map(([, loss]) => loss);
  if (values.length < 5 || losses.length < 20) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    steps: 2 * window,
    count: values.length,
    mean,
    deviation: Math.sqrt(squares / (values.length - 1)),
  };
}

export function readInitial(initial: InitialState): Reading[] {
  const { saturation, preactivation, survey } = initial;
  const share = saturatedShare(saturation);
  const dead = deadUnits(saturation);
  const { edges } = preactivation;
  const cells = `${percent(share)} of the ${count(saturation.units * saturation.examples)} activations have |h| > ${saturation.threshold}`;
  const readings: Reading[] = [];
  if (share > BAND)
    readings.push({
      severity: share > HALF ? 'problem' : 'warning',
      text:
        `${cells}. The pre-activations reach from ${fixed(edges[0], 1)} to ${fixed(edges[edges.length - 1], 1)}, where tanh is flat ` +
        'and lets no gradient pass. Scale the weights of the layer by (5/3) / √fan-in, or normalise the batch.',
    });
  else readings.push({ severity: 'healthy', text: `${cells}.` });
  if (dead.length > 0)
    readings.push({
      severity: 'problem',
      text: `${units(dead)} saturated in every one of the ${count(saturation.examples)} examples: no gradient reaches the weights in front, unless a later batch finds an example that does.`,
    });
  if (survey !== undefined)
    readings.push(
      survey.dead.length === 0
        ? {
            severity: 'healthy',
            text: `None of the ${count(saturation.units)} units is dead: each lets the gradient of some of the ${count(survey.examples)} training examples pass.`,
          }
        : {
            severity: 'problem',
            text: `${units(survey.dead)} saturated in every one of the ${count(survey.examples)} training examples: dead, whatever batch comes.`,
          },
    );
  return readings;
}

function units(dead: number[]): string {
  const shown = dead.slice(0, 12).join(', ');
  const rest = dead.length > 12 ? ` and ${dead.length - 12} more` : '';
  return dead.length === 1 ? `Unit ${shown} is` : `${count(dead.length)} units (${shown}${rest}) are`;
}

/** Nats between splits or statistics that deserve a word. */
const [GAP, DISAGREEMENT] = [0.1, 0.01];

export function readEvaluation({
  evaluation = {},
  vocabularySize,
}: Pick<ReportData, 'evaluation' | 'vocabularySize'>): Reading[] {
  const { running, calibrated, plain } = evaluation;
  const losses = plain ?? calibrated ?? running;
  if (losses === undefined) return [];
  const chance = Math.log(vocabularySize);
  if (losses.train > chance)
    return [
      {
        severity: 'problem',
        text: `Knowing nothing would lose ln\u00a0${vocabularySize}\u00a0=\u00a0${fixed(chance, 4)}: the network is worse than that on what it was trained on.`,
      },
    ];
  const gap = losses.val - losses.train;
  const readings: Reading[] = [];
  const text = `Validation loss lies ${fixed(Math.abs(gap), 4)} ${gap < 0 ? 'below' : 'above'} training loss.`;
  if (gap > GAP)
    readings.push({
      severity: 'note',
      text: `${text} The network begins to know its training names by heart.`,
    });
  else if (gap < 0)
    readings.push({
      severity: 'note',
      text: `${text} Such a small difference either way means that the run was too short to overfit.`,
    });
  else
    readings.push({
      severity: 'healthy',
      text: `${text} What the network learned holds for names that it has not seen.`,
    });
  if (running !== undefined && calibrated !== undefined) {
    const difference = furthest(running, calibrated);
    readings.push(
      difference > DISAGREEMENT
        ? {
            severity: 'warning',
            text: `Running and calibrated statistics differ by up to ${fixed(difference, 4)} nats: the running ones have not caught up. A larger momentum or more steps would help.`,
          }
        : {
            severity: 'healthy',
            text: `Running and calibrated statistics agree to within ${fixed(difference, 4)} nats.`,
          },
    );
  }
  return readings;
}

const furthest = (a: SplitLosses, b: SplitLosses): number =>
  Math.max(Math.abs(a.train - b.train), Math.abs(a.val - b.val), Math.abs(a.test - b.test));

/** How far the loss log may be from PyTorch's: its saturated row drifts in the third decimal. */
const DRIFT = 0.005;

export function readLossLog(log: readonly LossLogRow[]): Reading[] {
  const differences = log.flatMap(({ train, val, torch }) =>
    torch === undefined ? [] : [Math.abs(train - torch.train), Math.abs(val - torch.val)],
  );
  if (differences.length === 0) return [];
  const largest = Math.max(...differences);
  const text = `The largest difference from PyTorch is ${largest < 0.0001 ? 'below 0.0001' : fixed(largest, 4)} nats.`;
  return [{ severity: largest > DRIFT ? 'warning' : 'healthy', text }];
}

/** Mean over the last tenth of a recorded line. */
export function recent(steps: number[], values: number[]): number {
  const from = steps[steps.length - 1] - (steps[steps.length - 1] - steps[0]) / 10;
  const first = steps.findIndex((step) => step >= from);
  const means = windowMeans(steps.slice(first), values.slice(first), Number.MAX_SAFE_INTEGER);
  return means[0]?.[1] ?? Number.NaN;
}
