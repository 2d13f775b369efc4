/** What a snapshot or a series shows, in words. */
import { came } from '../core/kind.js';
import type { Origin } from '../train/trainer.js';
import { causeFirst } from './causes.js';
import { Series } from './series.js';
import type { SurveyedLayer, UnitSurvey } from './survey.js';
import type { LayerSnapshot, ParameterSnapshot, Snapshot } from './watch.js';

/** What a finding is about. */
export type Rule =
  | 'not-finite'
  | 'confident'
  | 'saturated'
  | 'dead'
  | 'constant'
  | 'vanishing'
  | 'exploding'
  | 'no-gradient'
  | 'rate-low'
  | 'rate-high';

/** Something that a snapshot shows, in words. */
export interface Finding {
  severity: 'note' | 'warning' | 'problem';
  rule: Rule;
  /** `layer 4 Tanh`, `parameter 5.weight`, `loss` or `learning rate`. */
  place: string;
  /** What is seen, with its number; what is healthy; what to try. */
  text: string;
  /** The value whose crossing made it a finding of this severity. */
  threshold: number;
}

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

/** The severity of a value that is worse the larger it is. */
function grade(value: number, warning: number, problem: number): Pick<Finding, 'severity' | 'threshold'>[] {
  if (value > problem) return [{ severity: 'problem', threshold: problem }];
  return value > warning ? [{ severity: 'warning', threshold: warning }] : [];
}

const originOf = ({ place, text }: Origin): Finding[] => [
  {
    severity: 'problem',
    rule: 'not-finite',
    place,
    text: `${text[0].toUpperCase()}${text.slice(1)}.`,
    threshold: 1,
  },
];

function notFinite(layers: LayerSnapshot[], parameters: ParameterSnapshot[]): Finding[] {
  const problem = (place: string, what: string, { nan, infinite }: { nan: number; infinite: number }) => [
    {
      severity: 'problem',
      rule: 'not-finite',
      place,
      text:
        `${nan} NaN and ${infinite} infinite values begin in ${what}; none is healthy. ` +
        'Look at what goes in there, lower the learning rate, or start from smaller weights.',
      threshold: 1,
    } as const,
  ];
  const bad = (counts: { nan: number; infinite: number } | undefined) =>
    counts !== undefined && counts.nan + counts.infinite > 0;
  const layer = layers.find(({ output }) => bad(output));
  if (layer?.output) return problem(layer.place, 'the output', layer.output);
  const behind = layers.filter(({ gradient }) => bad(gradient)).at(-1);
  if (behind?.gradient) return problem(behind.place, 'the gradient of the output', behind.gradient);
  const graded = parameters.filter(({ gradient }) => bad(gradient)).at(-1);
  if (graded?.gradient) return problem(`parameter ${graded.name}`, 'the gradient', graded.gradient);
  const parameter = parameters.find(({ data }) => bad(data));
  return parameter ? problem(`parameter ${parameter.name}`, 'the parameter', parameter.data) : [];
}

function notFiniteOverTime({ steps, losses }: Series): Finding[] {
  const at = losses.findIndex((loss) => !Number.isFinite(loss));
  if (at < 0) return [];
  return [
    {
      severity: 'problem',
      rule: 'not-finite',
      place: 'loss',
      text:
        `The loss is ${losses[at]} at step ${grouped(steps[at])}; healthy is a finite one. Lower the learning rate; a snapshot ` +
        'tells in which layer it begins.',
      threshold: 1,
    },
  ];
}

function confident(firstLoss: number | undefined, classes: number): Finding[] {
  if (classes === 0) return [];
  const even = Math.log(classes);
  return grade(firstLoss ?? 0, even + 1, Infinity).map((graded) => ({
    ...graded,
    rule: 'confident',
    place: 'loss',
    text:
      `The first loss is ${number(firstLoss as number)}, above ln ${classes} = ${number(even)} of a network that ` +
      'knows nothing: it starts confidently wrong. Healthy is within 1 of it; make the weights of the last layer ' +
      'smaller (the lecture: times 0.01 or 0.1) and its bias 0.',
  }));
}

function saturated(place: string, kind: string, share: number, threshold: number): Finding[] {
  if (kind === 'LeakyReLU') return [];
  if (kind === 'ReLU')
    return grade(share, 0.9, 0.99).map((graded) => ({
      ...graded,
      rule: 'saturated',
      place,
      text:
        `${percent(share)} of the outputs are 0; about half is healthy. Raise the bias before it, lower the learning ` +
        'rate, or put batch norm in front of it.',
    }));
  return grade(share, 0.3, 0.5).map((graded) => ({
    ...graded,
    rule: 'saturated',
    place,
    text:
      `${percent(share)} of the outputs are saturated (threshold ${threshold}), where hardly any gradient gets ` +
      `through; below 30 % is healthy. Lower the gain of the weights before it, or put batch norm in front of it.`,
  }));
}

function dead({ place, kind, shape, activation }: LayerSnapshot): Finding[] {
  const [rows] = shape;
  if (activation === undefined || kind === 'LeakyReLU' || !(rows >= 16)) return [];
  const units = activation.units.length;
  const count = activation.dead.length;
  if (count === 0) return [];
  const [graded] = [
    ...grade(count / units, 0.1, 0.5),
    { severity: 'note', threshold: 0 } satisfies Pick<Finding, 'severity' | 'threshold'>,
  ];
  return [
    {
      ...graded,
      rule: 'dead',
      place,
      text:
        `${grouped(count)} of ${grouped(units)} units let no gradient through in any of the ${grouped(rows)} examples; none is healthy, and a ` +
        'few may come back with other batches. Start from smaller weights or lower the learning rate.',
    },
  ];
}

/** By the survey where there is one. */
const deadUnits = (survey: UnitSurvey | undefined, otherwise: () => Finding[]): Finding[] =>
  survey === undefined ? otherwise() : survey.layers.flatMap((layer) => deadInAll(layer, survey.examples));

function deadInAll({ place, kind, units, dead }: SurveyedLayer, examples: number): Finding[] {
  if (kind === 'LeakyReLU' || examples < 16 || dead.length === 0) return [];
  const severity = dead.length / units.length > 0.5 ? 'problem' : 'warning';
  return [
    {
      severity,
      rule: 'dead',
      place,
      text:
        `${grouped(dead.length)} of ${grouped(units.length)} units let no gradient through in any of the ` +
        `${grouped(examples)} examples of the ` +
        'split; none is healthy, and only what the layers before it learn can revive them. Start from smaller weights ' +
        'or lower the learning rate.',
      threshold: severity === 'problem' ? 0.5 : 0,
    },
  ];
}

interface Spread {
  place: string;
  std: number;
}

function constant(outputs: Spread[]): Finding[] {
  const flat = outputs.find(({ std }) => std === 0);
  return flat === undefined
    ? []
    : [
        {
          severity: 'problem',
          rule: 'constant',
          place: flat.place,
          text:
            'The output is the same for all units and examples (std 0); healthy is a std of some tenths. Start from ' +
            'random weights instead of equal ones, or look for what closes the layers before.',
          threshold: 0,
        },
      ];
}

/** In the order in which the signal runs. */
function spread(what: 'outputs' | 'gradients', layers: Spread[]): Finding[] {
  if (layers.length < 2) return [];
  const [first] = layers;
  const last = layers[layers.length - 1];
  const ratio = last.std / first.std;
  const make =
    (rule: 'vanishing' | 'exploding', advice: string) =>
    (graded: Pick<Finding, 'severity' | 'threshold'>) => ({
      ...graded,
      threshold: rule === 'vanishing' ? 1 / graded.threshold : graded.threshold,
      rule,
      place: last.place,
      text:
        `The std of the ${what} goes from ${number(first.std)} at ${first.place} to ${number(last.std)} here, a factor ` +
        `of ${number(ratio)}; healthy is a factor near 1, from 0.1 to 10. ${advice}`,
    });
  // Where there is no signal at all, `constant` or `no-gradient` says so.
  if (first.std === 0 || last.std === 0) return [];
  return [
    ...grade(1 / ratio, 10, 100).map(
      make('vanishing', 'Raise the gain of the weights (5/3 for tanh, √2 for ReLU), or add batch norm.'),
    ),
    ...grade(ratio, 10, 100).map(make('exploding', 'Lower the gain of the weights, or add batch norm.')),
  ];
}

function noGradient(parameters: ParameterSnapshot[]): Finding[] {
  const still = parameters.filter(({ gradient }) => gradient && gradient.min === 0 && gradient.max === 0);
  if (still.length === 0) return [];
  return [
    {
      severity: 'problem',
      rule: 'no-gradient',
      place: `parameter ${still[0].name}`,
      text:
        `The gradient is exactly 0 in ${still.length} of ${parameters.length} parameters ` +
        `(${still.map(({ name }) => name).join(', ')}): they do not learn. Healthy is none; look for weights that ` +
        'are all 0 and for dead layers behind them.',
      threshold: 0,
    },
  ];
}

/** `step`: where in a series it was so, if that is not its end. */
function rate(log10: ArrayLike<number>, step?: number): Finding[] {
  if (log10.length === 0) return [];
  const middle = median(log10);
  const when = step === undefined ? 'An update is' : `At step ${grouped(step)} an update was`;
  const text = (direction: string, advice: string): string =>
    `${when} ${number(10 ** middle)} of the data (median of the weights, log10 ${number(middle)}), ` +
    `${direction}; healthy is about 1e-3. ${advice}`;
  if (middle === Number.NEGATIVE_INFINITY)
    return [
      {
        severity: 'warning',
        rule: 'rate-low',
        place: 'learning rate',
        text:
          'Nothing is updated (the median update of the weights is exactly 0); healthy is about 1e-3 of the data. Raise ' +
          'the learning rate, or look for what leaves the weights without a gradient.',
        threshold: 1e-4,
      },
    ];
  if (middle < -4)
    return [
      {
        severity: 'warning',
        rule: 'rate-low',
        place: 'learning rate',
        text: text('below 1e-4', 'Raise the learning rate, unless it was lowered for the end of the run.'),
        threshold: 1e-4,
      },
    ];
  return grade(middle, -2, -1).map(({ severity, threshold }) => ({
    severity,
    rule: 'rate-high',
    place: 'learning rate',
    text: text(
      `above 1e${threshold}`,
      'Lower the learning rate by a factor of 10, or start from larger weights.',
    ),
    threshold: 10 ** threshold,
  }));
}

/** The first record whose updates are a problem, else the last quarter. */
function rateOverTime(series: Series): Finding[] {
  const { parameters, length, steps } = series;
  const weights = parameters.flatMap(({ shape }, i) => (shape.length === 2 ? [series.updateToData(i)] : []));
  for (let record = 0; record < length; record++) {
    const found = rate(
      weights.map((column) => column[record]),
      steps[record],
    );
    if (found[0]?.severity === 'problem') return found;
  }
  return rate(weights.map((column) => lateMedian(column)));
}

/** Of the last quarter. */
const lateMedian = (values: Float32Array): number =>
  median(values.subarray(Math.floor((values.length * 3) / 4)));

/** NaN left out; NaN of nothing. */
function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const number = (value: number): string => `${Number(value.toPrecision(3))}`;

const grouped = (count: number): string => count.toLocaleString('en');
