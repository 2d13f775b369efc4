// The tables of a result as text. Pure: a result in, lines out.
import { number, percent, seconds, textTable } from './table.mjs';

const COPY = 'copy (Float32Array.set)';

export function header({ machine, date, quick }) {
  const { cpu, os, node, v8, lanewise, peers } = machine;
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [
    `lanewise ${lanewise} · ${cpu} · ${os} · Node ${node} · V8 ${v8} · ${date.slice(0, 10)}`,
    ...(versions.length > 0 ? [`beside ${versions.join(', ')}`] : []),
    ...(quick ? ['--quick: each call a few times, to see that it works; not for comparing'] : []),
  ].join('\n');
}

export const ceilingLine = ({ flopsPerSecond, shapes }) =>
  `ceiling of WebAssembly SIMD: ${giga(flopsPerSecond)} GFLOP/s (${shapes.map(({ shape, flopsPerSecond }) => `${shape} ${giga(flopsPerSecond)}`).join(', ')})`;

export function kernelLines({ ceiling, rows }, names) {
  const share = (row, median) => percent(row.flops / median / ceiling.flopsPerSecond);
  const products = rows.filter(({ flops }) => flops !== undefined);
  const elements = rows.filter(({ elements }) => elements !== undefined);
  const copies = new Map(
    elements.filter(({ contender }) => contender === COPY).map((row) => [`${row.kernel} ${row.size}`, row]),
  );
  return [
    ceilingLine(ceiling),
    '',
    ...textTable(
      ['product', 'size', 'by', 'median', 'GFLOP/s', 'best', 'of ceiling', 'samples', 'error'],
      products.map((row) => [
        row.kernel,
        row.size,
        names[row.contender] ?? row.contender,
        seconds(row.median),
        giga(row.flops / row.median),
        giga(row.flops / row.min),
        share(row, row.median),
        `${row.samples}`,
        errorOf(row),
      ]),
    ),
    '',
    ...textTable(
      ['kernel', 'size', 'by', 'median', 'G elements/s', 'best', 'GB/s', 'of a copy', 'samples', 'error'],
      elements.map((row) => {
        const { kernel, size, contender, median, min, bytes } = row;
        return [
          kernel,
          size,
          names[contender] ?? contender,
          seconds(median),
          giga(row.elements / median),
          giga(row.elements / min),
          giga(bytes / median),
          percent((copies.get(`${kernel} ${size}`)?.median ?? Number.NaN) / median),
          `${row.samples}`,
          errorOf(row),
        ];
      }),
    ),
  ];
}

export function stepLines({ ceiling, rows, uses = [], absent = {} }, names) {
  const base = (net) => rows.find((row) => row.net === net && row.contender === 'lanewise')?.median;
  return [
    ceilingLine(ceiling),
    '',
    ...textTable(
      ['step of', 'by', 'median', 'best', 'steps/s', 'slower', 'GFLOP/s', 'of ceiling', 'samples', 'error'],
      rows.map((row) => [
        row.net,
        names[row.contender] ?? row.contender,
        seconds(row.median),
        seconds(row.min),
        Math.round(1 / row.median).toLocaleString('en'),
        times(row.median / base(row.net)),
        giga(row.flops / row.median),
        percent(row.flops / row.median / ceiling.flopsPerSecond),
        `${row.samples}`,
        errorOf(row),
      ]),
    ),
    ...Object.entries(absent).map(([contender, why]) => `${names[contender] ?? contender}: absent: ${why}`),
    '',
    ...textTable(
      ['use', 'by', 'median', 'best', 'samples', 'error'],
      uses.map((row) => [
        row.use,
        names[row.contender] ?? row.contender,
        seconds(row.median),
        seconds(row.min),
        `${row.samples}`,
        errorOf(row),
      ]),
    ),
  ];
}

export function lifeLines({ sizes, start, memory }) {
  const bytes = (count) => count.toLocaleString('en');
  const { steps, before, after, wasmBytes, error } = memory;
  return [
    ...textTable(
      ['bytes of', 'raw', 'gzip', 'brotli'],
      sizes.map(({ what, raw, gzip, brotli }) => [what, bytes(raw), bytes(gzip), bytes(brotli)]),
    ),
    '',
    ...textTable(
      ['in a fresh process', 'median', 'best', 'samples', 'error'],
      start.map((row) => [
        row.what,
        seconds(row.median),
        seconds(row.min),
        `${row.samples}`,
        row.error === undefined ? '' : errorOf(row),
      ]),
    ),
    '',
    ...textTable(
      [`memory after ${steps.toLocaleString('en')} steps`, 'bytes', 'since step 1000'],
      [
        ['WebAssembly memory', bytes(wasmBytes), signed(after.wasm - before.wasm)],
        ['JavaScript heap', bytes(after.heap), signed(after.heap - before.heap)],
        ['whole process', bytes(after.rss), signed(after.rss - before.rss)],
      ],
    ),
    `error of its first losses: ${error.toExponential(1)}`,
  ];
}

const giga = (value) => number(value / 1e9);
const times = (ratio) => (Number.isFinite(ratio) ? `${number(ratio)}×` : '');
const errorOf = ({ error }) => (error === 0 ? '0' : error.toExponential(1));
const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toLocaleString('en')}`;
