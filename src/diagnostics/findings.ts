/** What a snapshot or a series shows, in words. */
import { came } from '../core/kind.js';
import { causeFirst } from './causes.js';
import {
  confident,
  constant,
  dead,
  deadUnits,
  type Finding,
  lateMedian,
  noGradient,
  notFinite,
  notFiniteOverTime,
  originOf,
  type Rule,
  rate,
  rateOverTime,
  saturated,
  spread,
} from './finding-rules.js';
import { Series } from './series.js';
import type { Snapshot } from './snapshot.js';
import type { UnitSurvey } from './survey.js';

/** What the source does not know itself. */
export interface FindingsContext {
  /** Loss of step 0. */
  firstLoss?: number | undefined;
  /** Default: the columns of the last layer. */
  classes?: number;
  /** Of a whole split, at the same time: `dead` is by it then, not by the batch. */
  survey?: UnitSurvey | undefined;
  /** Of step 0, as `Recorder.first`: what was wrong there is no work of the learning rate. A series has its own. */
  first?: Snapshot | undefined;
  /** `rate-high` of an earlier step, where weights that it blew up hide it now. */
  rate?: Finding | undefined;
}

/**
 * What looks wrong, root causes first, then by severity; nothing where nothing does. Thresholds of warning and problem, and why:
 *
 * - `not-finite` (problem from 1): where the trainer found that the first value arose that is not finite, or what made it
 *   so. Without a trainer, NaN or ∞ in an output, at the first layer that has one; else in a gradient, at the
 *   first in the order of the backward; else in a parameter. The rest follows from it.
 * - `saturated`, tanh, sigmoid and ELU: share above 0.3 and 0.5. tanh of normal inputs is above 0.97 for 21 % of them
 *   where their std is 5/3, the lecture's gain; for 30 % at 2, for 50 % at 3.1. ReLU: not active above 0.9 and 0.99, as
 *   half is normal.
 * - `dead`, units that no example of the batch gets a gradient through (not LeakyReLU, which lets one through): a note
 *   from 1, as another batch may revive it, a warning above a tenth of the units, a problem above half. Batches below 16
 *   rows say nothing: one in 64 units of ReLU that are healthy is off in all of 6. With a survey, units that no example
 *   of the split gets a gradient through: a warning from 1, as nothing revives them but what the layers before learn.
 * - `constant` (problem): an activation's output is the same everywhere, and so learns nothing from its input.
 * - `vanishing`, `exploding`: std of the output of the last activation to that of the first, std of the gradient of the
 *   first to that of the last, below 0.1 and 0.01, above 10 and 100. The lecture's six layers keep within a factor of 2;
 *   five layers that each lose a third of the signal are at 0.13. Without activations, of the linear layers but the last.
 * - `no-gradient` (problem): parameters whose gradient is 0 everywhere.
 * - `rate-low`, `rate-high`: the median update:data of the weights (parameters of two dimensions) below 1e-4; above
 *   1e-2, a problem above 1e-1. The lecture looks for 1e-3; the factor of 10 on either side is what layers and moments
 *   of a healthy run differ by. A run whose rate has been lowered for its end may be below.
 * - `confident` (warning): loss of step 0 above ln(classes) + 1, where a network that knows nothing has ln(classes).
 *
 * A series has no gradients and units: its rules are `not-finite` of the loss, `saturated`, `constant`,
 * `vanishing` and `exploding` of outputs, the learning rate and `confident`, on the medians of its last
 * quarter. A learning rate that is a problem at any record is one: weights that blew up at once hide it later, as an
 * update is then small beside them, above all with batch norm.
 */
export function findings(source: Snapshot | Series, context: FindingsContext = {}): Finding[] {
  if (source instanceof Series) return causeFirst(ofSeries(source, context), initialOf(source));
  if (!Array.isArray(source?.layers))
    throw new TypeError(`findings: expected a snapshot or a series, got ${came(source)}`);
  const { first, rate } = context;
  const seen = ofSnapshot(source, context);
  // Weights that a rate blew up hardly move: that they do is no reason to raise it.
  const hidden = rate !== undefined && !seen.some(({ rule }) => rule === 'rate-high');
  const found = hidden ? [...seen.filter(({ rule }) => rule !== 'rate-low'), rate] : seen;
  return causeFirst(found, first && new Set(ofSnapshot(first, {}).flatMap(graveRule)));
}

/** A unit that is off in one batch explains nothing. */
const graveRule = ({ severity, rule }: Finding): Rule[] => (severity === 'note' ? [] : [rule]);

/** The rules that the first record breaks, if it is of step 0. */
function initialOf(series: Series): Set<Rule> | undefined {
  if (series.steps[0] !== 0) return undefined;
  const { activations, threshold } = series;
  const spreads = activations.map((place, i) => ({ place, std: series.std(i)[0] }));
  const found = [
    ...activations.flatMap((place, i) => saturated(place, kindOf(place), series.saturated(i)[0], threshold)),
    ...constant(spreads),
    ...spread('outputs', spreads),
  ];
  return new Set(found.map(({ rule }) => rule));
}

/** `Tanh` of `layer 4 Tanh`. */
const kindOf = (place: string): string => place.slice(place.lastIndexOf(' ') + 1);

function ofSnapshot(snapshot: Snapshot, context: FindingsContext): Finding[] {
  const { layers, parameters } = snapshot;
  const { firstLoss = snapshot.firstLoss, classes = snapshot.classes } = context;
  const activations = layers.filter(({ activation }) => activation !== undefined);
  const linear = layers.slice(0, -1).filter(({ kind }) => kind === 'Linear');
  const compared = activations.length > 0 ? activations : linear;
  const outputs = compared.flatMap(({ place, output }) => (output ? [{ place, std: output.std }] : []));
  const gradients = compared.flatMap(({ place, gradient }) =>
    gradient ? [{ place, std: gradient.std }] : [],
  );
  return [
    ...(snapshot.origin ? originOf(snapshot.origin) : notFinite(layers, parameters)),
    ...confident(firstLoss, classes),
    ...activations.flatMap(({ place, kind, activation }) =>
      saturated(place, kind, (activation as NonNullable<typeof activation>).saturated, snapshot.threshold),
    ),
    ...deadUnits(context.survey, () => activations.flatMap(dead)),
    ...constant(outputs),
    ...spread('outputs', outputs),
    ...spread('gradients', gradients.reverse()),
    ...noGradient(parameters),
    ...rate(
      parameters.filter(({ shape }) => shape.length === 2).flatMap(({ updateToData }) => updateToData ?? []),
    ),
  ];
}

function ofSeries(series: Series, context: FindingsContext): Finding[] {
  const { length, activations, threshold, steps, losses } = series;
  if (length === 0) return [];
  const { firstLoss = steps[0] === 0 ? losses[0] : undefined, classes = series.classes } = context;
  const spreads = activations.map((place, i) => ({ place, std: lateMedian(series.std(i)) }));
  return [
    ...notFiniteOverTime(series),
    ...confident(firstLoss, classes),
    ...activations.flatMap((place, i) =>
      saturated(place, kindOf(place), lateMedian(series.saturated(i)), threshold),
    ),
    ...deadUnits(context.survey, () => []),
    ...constant(spreads),
    ...spread('outputs', spreads),
    ...rateOverTime(series),
  ];
}
