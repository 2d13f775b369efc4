/** The rules by which `findings` goes: of each what is seen, with its number, what is healthy, and what to try. */
import type { Origin } from '../train/divergence.js';
import type { Series } from './series.js';
import type { LayerSnapshot, ParameterSnapshot } from './snapshot.js';
import type { SurveyedLayer, UnitSurvey } from './survey.js';

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

/** The severity of a value that is worse the larger it is. */
function grade(value: number, warning: number, problem: number): Pick<Finding, 'severity' | 'threshold'>[] {
  if (value > problem) return [{ severity: 'problem', threshold: problem }];
  return value > warning ? [{ severity: 'warning', threshold: warning }] : [];
}

export const originOf = ({ place, text }: Origin): Finding[] => [
  {
    severity: 'problem',
    rule: 'not-finite',
    place,
    text: `${text[0].toUpperCase()}${text.slice(1)}.`,
    threshold: 1,
  },
];

export function notFinite(layers: LayerSnapshot[], parameters: ParameterSnapshot[]): Finding[] {
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

export function notFiniteOverTime({ steps, losses }: Series): Finding[] {
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

export function confident(firstLoss: number | undefined, classes: number): Finding[] {
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

export function saturated(place: string, kind: string, share: number, threshold: number): Finding[] {
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

export function dead({ place, kind, shape, activation }: LayerSnapshot): Finding[] {
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
export const deadUnits = (survey: UnitSurvey | undefined, otherwise: () => Finding[]): Finding[] =>
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

export function constant(outputs: Spread[]): Finding[] {
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
export function spread(what: 'outputs' | 'gradients', layers: Spread[]): Finding[] {
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

export function noGradient(parameters: ParameterSnapshot[]): Finding[] {
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
export function rate(log10: ArrayLike<number>, step?: number): Finding[] {
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
export function rateOverTime(series: Series): Finding[] {
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
export const lateMedian = (values: Float32Array): number =>
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
