// What the README says of speed, from the JSON of `npm run bench`. Pure: a result in, text out.
import { markdownTable, number } from '../table.mjs';

const [BEGIN, END] = ['<!-- bench:begin -->', '<!-- bench:end -->'];
/** The layer of the lecture whose product stands for the kernels. */
const PRODUCT = { kernel: 'x W', size: '32×100×100', contender: 'lanewise' };
export const charts = { light: 'bench/steps-light.svg', dark: 'bench/steps-dark.svg' };

/** The text between the markers; `source`: the path of the JSON from the README. */
export function readmeBlock(result, source) {
  const { kernels, steps, life } = expectWhole(result);
  const product = kernels.rows.find((row) =>
    Object.entries(PRODUCT).every(([key, value]) => row[key] === value),
  );
  const rate = product.flops / product.median;
  const [module] = life.sizes;
  const first = life.start.find(({ what }) => what === 'import to first result');
  const { memory } = life;
  const growth = memory.after.wasm - memory.before.wasm + memory.after.heap - memory.before.heap;
  const share = Math.round((100 * rate) / kernels.ceiling.flopsPerSecond);
  return [
    wrapped(`How fast, on one thread (${conditions(result)}; [the whole run](${source})):`),
    '',
    ...markdownTable(...stepRows(result)),
    '',
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="${charts.dark}">`,
    `  <img src="${charts.light}" alt="${description(result)}">`,
    '</picture>',
    '',
    wrapped(
      `A product of ${PRODUCT.size} runs at ${giga(rate)} GFLOP/s, ${share} % of what multiply-adds in registers alone ` +
        `come to here. The module has ${kilobytes(module.raw)} KB, ${kilobytes(module.brotli)} KB compressed; the first ` +
        `result is there ${number(first.median * 1e3)} ms after the import begins. In ${memory.steps.toLocaleString('en')} ` +
        `steps the memory in use grows by ${kilobytes(growth)} KB.${usesOf(steps)}`,
    ),
  ].join('\n');
}

/** The README with its block made anew. */
export function withBlock(readme, block) {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`readme: expected '${BEGIN}' and, after it, '${END}' in the README, got no such pair`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${block}\n\n${readme.slice(end)}`;
}

/** The text between the markers, as `readmeBlock` makes it. */
export function blockOf(readme) {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  return begin < 0 || end < begin ? undefined : readme.slice(begin + BEGIN.length, end).trim();
}

function expectWhole(result) {
  if (result.schema !== 1) throw new Error(`readme: expected a result of schema 1, got ${result.schema}`);
  for (const part of ['kernels', 'steps', 'life'])
    if (result[part] === undefined)
      throw new Error(`readme: expected the result of a whole run, got one without its ${part}`);
  return result;
}

/** Contenders in the order of the first network's steps, the fastest first. */
export function ranked({ steps, names }) {
  const row = (net, contender) => steps.rows.find((one) => one.net === net && one.contender === contender);
  return [...new Set(steps.rows.map(({ contender }) => contender))]
    .map((contender) => ({
      name: names[contender] ?? contender,
      mlp: row('mlp', contender),
      deep: row('deep', contender),
    }))
    .filter(({ mlp, deep }) => mlp !== undefined && deep !== undefined)
    .sort((a, b) => a.mlp.median - b.mlp.median);
}

function stepRows(result) {
  const rows = ranked(result);
  const base = (net) =>
    result.steps.rows.find((row) => row.net === net && row.contender === 'lanewise').median;
  const cells = (row) => [
    `${number(row.median * 1e6)} µs`,
    Math.round(1 / row.median).toLocaleString('en'),
    `${number(row.median / base(row.net))}×`,
  ];
  return [
    ['one training step', 'first network', 'steps/s', '', 'six layers', 'steps/s', '', 'error'],
    rows.map(({ name, mlp, deep }) => [
      name,
      ...cells(mlp),
      ...cells(deep),
      Math.max(mlp.error, deep.error).toExponential(0),
    ]),
    [false, ...Array(7).fill(true)],
  ];
}

function conditions({ machine: { cpu, os, node, v8, peers }, date }) {
  const day = new Date(date).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [cpu, os, `Node ${node}`, `V8 ${v8.split('.').slice(0, 2).join('.')}`, ...versions, day].join(', ');
}

const description = (result) =>
  `Microseconds of a training step: ${ranked(result)
    .map(({ name, mlp, deep }) => `${name} ${number(mlp.median * 1e6)} and ${number(deep.median * 1e6)}`)
    .join('; ')}`;

function usesOf({ uses }) {
  const of = (start) => uses.find(({ use, contender }) => contender === 'lanewise' && use.startsWith(start));
  const [evaluation, sampling] = [of('evaluation'), of('sampling')];
  if (evaluation === undefined || sampling === undefined) return '';
  return ` Evaluating the training split takes ${number(evaluation.median * 1e3)} ms, drawing 1,000 names ${number(sampling.median * 1e3)} ms.`;
}

const giga = (value) => number(value / 1e9);
const kilobytes = (bytes) => `${bytes < 0 ? '−' : ''}${number(Math.abs(bytes) / 1e3)}`;

/** In lines of at most 120 characters. */
function wrapped(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= 120) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
