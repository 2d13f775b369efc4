import { type Core, printable } from 'lanewise';
import type { Run, RunSettings, Splits } from 'lanewise/makemore';
import pc from 'picocolors';
import { columns, count, plural, shorten } from './format.js';
import { version } from './version.js';

const row = (label: string, text: string): string => `${pc.dim(label.padEnd(12))} ${text}`;

/** What the lecture prints before it trains. */
export function heading(run: Run, resumed?: string): string[] {
  const { dataset, names, core, settings } = run;
  const { tokens } = dataset.vocabulary;
  const longest = names.names.reduce((most, name) => Math.max(most, [...name].length), 0);
  const first =
    printable(shorten(names.names.slice(0, 8).join(', '), 70)) + (names.names.length > 8 ? ' …' : '');
  return [
    `${pc.bold(`lanewise ${version}`)}  makemore, part 3: ${network(settings)}`,
    '',
    row('names', `${count(names.names.length)} (${origin(run)})`),
    ...(names.blankLines > 0 ? [row('', `${plural(names.blankLines, 'blank line')} skipped`)] : []),
    row('', first),
    row('', `longest: ${plural(longest, 'character')}`),
    row('vocabulary', `${tokens.length}: ${printable(shorten(tokens.join(''), 60))}`),
    ...(['train', 'val', 'test'] as const).map((split) => {
      const { count: examples } = dataset[split];
      return row(split, `(${examples}, ${dataset.contextLength}) (${examples})`);
    }),
    row('parameters', String(run.parameters)),
    row('backend', `${backendOf(core)} (${core.reason})`),
    ...(resumed === undefined
      ? []
      : [row('resumed', `${printable(resumed)}, after ${plural(run.trainer.steps, 'step')}`)]),
    '',
  ];
}

function backendOf({ backend, arithmetic }: Core): string {
  if (backend === 'js') return 'JavaScript';
  return arithmetic === 'relaxed' ? 'WebAssembly SIMD, relaxed' : 'WebAssembly SIMD';
}

function network(settings: RunSettings): string {
  if (settings.net === 'mlp') return `the first network (--init ${settings.init})`;
  const { depth, hidden, activation, batchNorm } = settings;
  return `${plural(depth, 'linear layer')} of ${plural(hidden, 'unit')}, ${activation}, ${batchNorm ? 'with' : 'without'} batch norm`;
}

function origin({ names }: Run): string {
  if (names.source === 'built-in') return 'built-in: US Social Security Administration, births of 2018';
  const source = printable(names.source);
  return names.lecture ? `${source}: the lecture’s own list` : source;
}

/** As the lecture prints it: `f'{i:7d}/{max_steps:7d}: {loss.item():.4f}'`. */
export const lossLine = (step: number, steps: number, loss: number): string =>
  `${String(step).padStart(7)}/${String(steps).padStart(7)}: ${Math.fround(loss).toFixed(4)}`;

/** Mean losses over whole splits. */
export function finalLosses({ final }: Run): string[] {
  if (final === null) return [];
  const text = ({ train, val, test }: Splits<number>) =>
    `train ${train.toFixed(6)}  val ${val.toFixed(6)}  test ${test.toFixed(6)}`;
  const { running, calibrated } = final;
  if (running === calibrated) return [row('loss', text(running))];
  return [row('running', text(running)), row('calibrated', text(calibrated))];
}

/** The sampled names and the speed. */
export function closing(run: Run): string[] {
  const { steps } = run.trainer;
  const lines = columns(run.samples.map(printable), 80).map((text, i) => row(i === 0 ? 'samples' : '', text));
  if (steps === 0) return ['', ...lines];
  const speed = `${plural(steps, 'step')} in ${seconds(run.seconds)}: ${pc.green(`${count(Math.round(steps / run.seconds))} steps/s`)}`;
  return ['', ...lines, '', row('speed', speed)];
}

export const saved = (path: string): string => row('checkpoint', printable(path));

export const written = (path: string): string => row('record', printable(path));

export const reported = (path: string): string => row('report', printable(path));

const seconds = (s: number): string => `${s < 1 ? s.toFixed(3) : s.toFixed(1)} s`;

/** How far a run got that was stopped. */
export function reached({ trainer, settings, final }: Run): string {
  const { steps, lastLoss } = trainer;
  const loss = lastLoss === undefined ? '' : `, last loss ${lastLoss.toFixed(4)}`;
  if (steps < settings.steps) return `after ${count(steps)} of ${plural(settings.steps, 'step')}${loss}`;
  return `after ${steps === 1 ? 'its' : 'all'} ${plural(steps, 'step')}${loss}, ${final === null ? 'during' : 'after'} the evaluation`;
}
