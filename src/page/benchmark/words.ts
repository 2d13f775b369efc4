/** Measurements in words and numbers: of the panel, and as text for elsewhere. */
import type { Described } from './browser.js';
import { type Contender, contenders, type Measurement, type Row } from './protocol.js';

export const names: Record<Contender, string> = {
  js: 'JavaScript',
  wasm: 'WebAssembly SIMD',
  relaxed: 'relaxed SIMD',
};

/** Three digits, in microseconds. */
export const microseconds = (seconds: number): string =>
  (seconds * 1e6).toLocaleString('en', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

export const ratio = (value: number): string => `${value.toFixed(1)}×`;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Two digits and a power of ten. */
export function error(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return 'no number';
  const [digits, exponent] = value.toExponential(1).split('e');
  const raised = exponent
    .replace('+', '')
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
  return `${digits} × 10${raised}`;
}

/** How many times as long as by `than` a call takes by JavaScript; undefined where one is not there. */
export function speedUp({ timings }: Row, than: Contender): number | undefined {
  const [slow, fast] = [timings.js, timings[than]];
  return slow && fast && slow.seconds / fast.seconds;
}

/** FLOP/s of a row of matrix products. */
function throughput({ flops, timings }: Row, contender: Contender): number | undefined {
  const timing = timings[contender];
  return flops !== undefined && timing !== undefined ? flops / timing.seconds : undefined;
}

/** GFLOP/s, and the share of the ceiling where that is known. */
export function arithmetic(row: Row, contender: Contender, ceiling: number | undefined): string {
  const flops = throughput(row, contender);
  if (flops === undefined) return '';
  const share = ceiling === undefined ? '' : ` (${((100 * flops) / ceiling).toFixed(0)} %)`;
  return `${(flops / 1e9).toFixed(1)}${share}`;
}

export const presentOf = ({ absent }: Measurement): Contender[] =>
  contenders.filter((contender) => absent[contender] === undefined);

export interface Circumstances extends Described {
  version: string;
  /** Day, as in 2026-11-26. */
  date: string;
}

export const circumstancesInWords = ({ version, browser, system, threads, date }: Circumstances): string =>
  `lanewise ${version} in ${browser} on ${system}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${date}`;

/** A table in Markdown with all that one has to know to read it. */
export function markdown(measurement: Measurement, circumstances: Circumstances): string {
  const { rows, ceiling } = measurement;
  const present = presentOf(measurement);
  const fast = present.filter((contender) => contender !== 'js');
  const wasm = fast.includes('wasm');
  const head = [
    'µs of a call, median',
    'size',
    ...present.map((contender) => names[contender]),
    ...fast.map((contender) => `JavaScript / ${names[contender]}`),
    ...(wasm ? [ceiling === undefined ? 'GFLOP/s' : 'GFLOP/s (of the ceiling)'] : []),
    ...present.map((contender) => `error, ${names[contender]}`),
  ];
  const body = rows.map((row) => [
    row.name,
    row.size,
    ...present.map((contender) => microseconds(row.timings[contender]?.seconds ?? Number.NaN)),
    ...fast.map((contender) => ratio(speedUp(row, contender) ?? Number.NaN)),
    ...(wasm ? [arithmetic(row, 'wasm', ceiling)] : []),
    ...present.map((contender) => error(row.timings[contender]?.error ?? Number.NaN)),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    circumstancesInWords(circumstances),
    '',
    line(head),
    line(head.map((_, i) => (i < 2 ? '---' : '---:'))),
    ...body.map(line),
    '',
    ...remarks(measurement),
    ...(measurement.absent.wasm === undefined
      ? []
      : [`WebAssembly cannot run here: ${measurement.absent.wasm}.`]),
    '',
  ].join('\n');
}

/** What belongs under the table, a sentence each. */
export function remarks(measurement: Measurement): string[] {
  const { ceiling, absent, clock } = measurement;
  return [
    ...(ceiling === undefined
      ? []
      : [
          `Ceiling: ${(ceiling / 1e9).toFixed(1)} GFLOP/s, the most that multiply-adds on 4 floats in registers alone came to here.`,
        ]),
    ...(absent.wasm === undefined ? ['GFLOP/s count the matrix products alone.'] : []),
    'Backward: of matmul both gradients, dW and dx.',
    'Error: the largest difference from float64 over the largest value; of a step, ' +
      'the largest relative difference of the first 20 losses.',
    `This browser’s clock has steps of ${microseconds(clock)} µs; each turn takes at least 30 of them.`,
    ...(absent.relaxed !== undefined && absent.wasm === undefined
      ? ['This browser has no relaxed SIMD, whose column would be here.']
      : []),
  ];
}
