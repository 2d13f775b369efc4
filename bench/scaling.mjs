// npm run bench:scaling -- [--quick] [--svg FILE] [--json FILE]
// How the cost of a training step grows with width, batch and depth, beside the arithmetic that it needs: the products'
// floating-point operations at the machine's ceiling, and beside PyTorch on one thread where there is one, all in the same
// interleaved run; and from which width and batch on PyTorch is the faster.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { light, renderSvg } from '../dist/charts.js';
import { stepFlops } from './arithmetic.mjs';
import { builtCeiling } from './ceiling/built.mjs';
import { ceilingOf, ceilingRows } from './ceiling/ceiling.mjs';
import * as torch from './contenders/torch.mjs';
import { machine } from './machine.mjs';
import { measure, paces } from './measure.mjs';
import { ceilingLine, header } from './print.mjs';
import { scalingChart, size } from './scaling/chart.mjs';
import { layersOf, prepare, prepareTorch } from './scaling/network.mjs';
import { number, percent, seconds, textTable } from './table.mjs';

const SCHEMA = 1;
const BASE = { width: 200, batch: 32, depth: 1 };
const WRONG = 1e-3;
const grown = {
  full: {
    width: [16, 32, 64, 128, 256, 512, 1024],
    batch: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
    depth: [1, 2, 3, 5, 8, 12, 20],
  },
  quick: { width: [16, 200], batch: [1, 32], depth: [1, 3] },
};

const { quick, svg, json } = options();
const absent = await torch.available();
const entries = [];
for (const [by, values] of Object.entries(grown[quick ? 'quick' : 'full']))
  for (const value of values) {
    const setting = { ...BASE, [by]: value };
    entries.push({
      by,
      setting,
      flops: stepFlops(setting.batch, layersOf(setting)),
      ...(await prepare(setting)),
    });
  }
const beside = absent === undefined ? [] : undefined;
if (beside) for (const { setting } of entries) beside.push(await prepareTorch(setting));
const shapes = await ceilingRows(builtCeiling());
const timings = await measure(
  [...shapes, ...entries, ...(beside ?? [])],
  paces[quick ? 'quick' : 'full'].kernels,
);
const ceiling = ceilingOf(shapes, timings);
const rows = entries.map(({ by, setting, flops, error }, i) => ({
  by,
  ...setting,
  flops,
  arithmetic: flops / ceiling.flopsPerSecond,
  ...timings[shapes.length + i],
  error: error(),
  ...(beside && {
    torch: { ...timings[shapes.length + entries.length + i], error: beside[i].error() },
  }),
}));
for (const { dispose } of [...entries, ...(beside ?? [])]) dispose();

const result = {
  schema: SCHEMA,
  date: new Date().toISOString(),
  quick,
  machine: machine(),
  ceiling,
  rows,
};
console.log(`${header(result)}\n${ceilingLine(ceiling)}\n`);
const series = Object.keys(BASE).map((by) => ({ by, rows: rows.filter((row) => row.by === by) }));
for (const { by, rows } of series) {
  const fixed = Object.entries(BASE).filter(([name]) => name !== by);
  console.log(`growing ${by}, ${fixed.map(([name, value]) => `${name} ${value}`).join(', ')}\n`);
  const lines = textTable(
    [
      ...[by, 'step', 'arithmetic', 'step / arithmetic', 'GFLOP/s', 'of ceiling', 'samples', 'error'],
      ...(beside ? ['PyTorch', 'PyTorch / step', 'error'] : []),
    ],
    rows.map((row) => [
      `${row[by]}`,
      seconds(row.median),
      seconds(row.arithmetic),
      number(row.median / row.arithmetic),
      number(row.flops / row.median / 1e9),
      percent(row.arithmetic / row.median),
      `${row.samples}`,
      row.error.toExponential(1),
      ...(row.torch
        ? [seconds(row.torch.median), number(row.torch.median / row.median), row.torch.error.toExponential(1)]
        : []),
    ]),
  );
  console.log(`${lines.join('\n')}\n`);
}
if (absent !== undefined) console.log(`PyTorch: ${absent}\n`);
else for (const { by, rows } of series) console.log(`${crossingOf(by, rows)}\n`);
if (svg !== undefined) {
  const label = 'Time of a training step against width, batch and depth, beside the time of its arithmetic';
  writeFileSync(svg, `${renderSvg(scalingChart(series, light), { ...size, theme: 'light', label })}\n`);
}
if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
const wrong = rows.filter(({ error, torch }) => !(error < WRONG) || !((torch?.error ?? 0) < WRONG));
for (const row of wrong) console.error(`bench: wrong: ${JSON.stringify(row)}`);
process.exit(wrong.length > 0 ? 1 : 0);

/** From which value on PyTorch is the faster, through all that follow. */
function crossingOf(by, rows) {
  const slower = rows.findLastIndex(({ median, torch }) => torch.median >= median);
  const from = rows[slower + 1];
  return from === undefined
    ? `growing ${by}: lanewise is the faster one up to ${rows[slower][by]}, the largest that was measured`
    : `growing ${by}: PyTorch is the faster one from ${from[by]} on`;
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        svg: { type: 'string' },
        json: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    console.error(`bench:scaling: ${error.message}`);
    return process.exit(2);
  }
}
