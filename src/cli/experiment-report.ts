import { printable } from 'lanewise';
import type { ExperimentResult, ExperimentSet } from 'lanewise/makemore';
import pc from 'picocolors';
import { count } from './format.js';

const WIDTH = 100;

interface Column {
  /** Above the heading, over all columns of the same group. */
  group: string;
  heading: string;
  width: number;
  text: (result: ExperimentResult, best: boolean) => string;
}

const NONE = '–';
const loss = (value: number | null | undefined) =>
  value == null ? NONE : value < 100 ? value.toFixed(4) : small(value);
const percent = (share: number | undefined) => (share === undefined ? NONE : (share * 100).toFixed(1));
const decimal = (value: number | undefined) => (value === undefined ? NONE : value.toFixed(3));
const small = (value: number | undefined) => (value === undefined ? NONE : value.toExponential(1));

/** Stands behind the least loss of val; its place is kept free elsewhere. */
const MARK = '*';

const columns: readonly Column[] = [
  { group: 'minibatch', heading: 'initial', width: 9, text: (r) => loss(r.initialLoss) },
  { group: 'minibatch', heading: 'final', width: 8, text: (r) => loss(r.finalLoss) },
  { group: 'split ', heading: 'train', width: 8, text: (r) => loss(r.record.final?.running.train) },
  {
    group: 'split ',
    heading: 'val ',
    width: 9,
    text: (r, best) => loss(r.record.final?.running.val) + (best ? MARK : ' '),
  },
  { group: 'saturated %', heading: 'first', width: 7, text: (r) => percent(r.tanh[0]?.saturated) },
  { group: 'saturated %', heading: 'last', width: 6, text: (r) => percent(r.tanh.at(-1)?.saturated) },
  { group: 'std', heading: 'last', width: 7, text: (r) => decimal(r.tanh.at(-1)?.std) },
  { group: 'gradient std', heading: 'first', width: 9, text: (r) => small(r.tanh[0]?.gradientStd) },
  { group: 'gradient std', heading: 'last', width: 9, text: (r) => small(r.tanh.at(-1)?.gradientStd) },
  { group: '', heading: 'steps/s', width: 8, text: (r) => count(Math.round(r.record.stepsPerSecond)) },
];

/** A set as a table; undefined is a run that was not finished. */
export function table(
  { name, title, experiments }: ExperimentSet,
  results: readonly (ExperimentResult | undefined)[],
): string[] {
  const label = Math.max(...experiments.map((each) => each.label.length));
  const best = bestOf(results);
  const lines = ['', `${pc.bold(title)} ${pc.dim(name)}`, ...heading(label)];
  experiments.forEach((experiment, i) => {
    const start = `  ${experiment.label.padEnd(label)}`;
    const result = results[i];
    if (result === undefined) lines.push(`${start}  ${pc.dim('not finished')}`);
    else if (result.record.divergence) lines.push(...diverged(start, result));
    else {
      const cells = columns.map(({ width, text }) => {
        const cell = text(result, i === best).padStart(width);
        return cell.endsWith(MARK) ? pc.green(cell) : cell;
      });
      lines.push(start + cells.join(''));
    }
  });
  return lines;
}

/** What the columns mean. */
export const legend = (): string[] => [
  '',
  ...wrap(
    'minibatch: loss of the first minibatch, mean of the last 100. split: loss over whole splits, with the running ' +
      `statistics of batch norm; ${MARK} best. saturated %: outputs of the first and the last tanh layer beyond ±0.97 in ` +
      'the last minibatch. std: of the last one’s outputs there. gradient std: of the gradients by those outputs.',
    WIDTH,
  ).map((line) => pc.dim(line)),
];

/** The groups, each at the right of its columns, and the columns. */
function heading(label: number): string[] {
  const start = ' '.repeat(label + 2);
  const groups = new Map<string, number>();
  for (const { group, width } of columns) groups.set(group, (groups.get(group) ?? 0) + width);
  const above = [...groups].map(([group, width]) => group.padStart(width));
  const names = columns.map(({ heading, width }) => heading.padStart(width));
  return [above, names].map((texts) => pc.dim(start + texts.join('').trimEnd()));
}

/** Step and likely cause take the place of the numbers that are not there. */
function diverged(start: string, result: ExperimentResult): string[] {
  const { step = 0, loss: became = '', likely = '' } = result.record.divergence ?? {};
  // A record of a file may say anything.
  const text = printable(
    `diverged at step ${count(step)}: the loss became ${became}; likely cause: ${likely}`,
  );
  const initial = start + columns[0].text(result, false).padStart(columns[0].width);
  const indent = ' '.repeat(initial.length);
  return wrap(text, WIDTH - initial.length - 2).map(
    (line, i) => `${i === 0 ? initial : indent}  ${pc.red(line)}`,
  );
}

/** The run with the least loss of val; -1 where there is none. */
function bestOf(results: readonly (ExperimentResult | undefined)[]): number {
  const losses = results.map((result) => result?.record.final?.running.val ?? Number.POSITIVE_INFINITY);
  const least = Math.min(...losses);
  return Number.isFinite(least) ? losses.indexOf(least) : -1;
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
