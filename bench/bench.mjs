// npm run bench -- [--quick] [--only kernels|steps|life] [--contenders a,b] [--json FILE]
// Kernels, training steps and what surrounds them, each row with its error against float64, so that nothing is fast and
// wrong: kernels/table.mjs, steps/table.mjs, life/table.mjs.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { builtCeiling } from './ceiling/built.mjs';
import { contenders } from './contenders.mjs';
import { kernelTable } from './kernels/table.mjs';
import { lifeTable } from './life/table.mjs';
import { machine } from './machine.mjs';
import { paces } from './measure.mjs';
import { header, kernelLines, lifeLines, stepLines } from './print.mjs';
import { stepTable } from './steps/table.mjs';
import { useTable } from './steps/uses.mjs';

/** Of the JSON: another number where a field changes its meaning or goes. */
const SCHEMA = 1;
const parts = ['kernels', 'steps', 'life'];
/** Float32 differs from float64 by 1e-6; what is above computes something else. */
const WRONG = 1e-3;

const { quick, only, files, json } = options();
const here = Object.fromEntries(files.map((file) => [file, contenders[file]]));
const absent = {};
for (const [file, contender] of Object.entries(here)) {
  const why = await contender.available();
  if (why === undefined) continue;
  absent[file] = why;
  delete here[file];
}
const names = Object.fromEntries(Object.entries(contenders).map(([file, { name }]) => [file, name]));

const result = { schema: SCHEMA, date: new Date().toISOString(), quick, machine: machine(), names };
console.log(`${header(result)}\n`);
const pace = quick ? paces.quick : paces.full;
const given = {
  contenders: here,
  quick,
  ceiling: only === 'life' ? undefined : builtCeiling(),
  onAbsent(file, why) {
    absent[file] = why;
  },
};
if (runs('kernels')) {
  result.kernels = await kernelTable({ ...given, pace: pace.kernels });
  print('kernels', kernelLines(result.kernels, names));
}
if (runs('steps')) {
  const backends = { lanewise: { backend: 'wasm' }, 'lanewise-js': { backend: 'js' } };
  const uses = Object.fromEntries(Object.entries(backends).filter(([file]) => file in here));
  result.steps = {
    ...(await stepTable({ ...given, pace: pace.steps })),
    uses: await useTable({ backends: uses, byHand: 'idiomatic-js' in here, pace: pace.steps, quick }),
    absent,
  };
  print('steps', stepLines(result.steps, names));
}
if (runs('life')) {
  result.life = lifeTable({ quick });
  print('life', lifeLines(result.life));
}
if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
// jax-js and tfjs keep the event loop alive.
process.exit(wrong() ? 1 : 0);

function runs(part) {
  return only === undefined || only === part;
}

function print(title, lines) {
  console.log(`${title}\n\n${lines.join('\n')}\n`);
}

function wrong() {
  const { kernels, steps, life } = result;
  const rows = [
    ...(kernels?.rows ?? []),
    ...(kernels?.ceiling.shapes ?? []),
    ...(steps?.rows ?? []),
    ...(steps?.ceiling.shapes ?? []),
    ...(steps?.uses ?? []),
    ...(life ? [life.memory, ...life.start.filter(({ error }) => error !== undefined)] : []),
  ];
  const found = rows.filter(({ error }) => !(error < WRONG));
  for (const row of found) console.error(`bench: wrong: ${JSON.stringify(row)}`);
  return found.length > 0;
}

function options() {
  const fail = (message) => {
    console.error(`bench: ${message}`);
    process.exit(2);
  };
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        contenders: { type: 'string' },
        json: { type: 'string' },
      },
    }));
  } catch (error) {
    fail(error.message);
  }
  const { quick, only, json } = values;
  if (only !== undefined && !parts.includes(only))
    fail(`--only: expected ${parts.join(', ')}, got '${only}'`);
  const files = values.contenders?.split(',') ?? Object.keys(contenders);
  for (const file of files)
    if (!(file in contenders))
      fail(`--contenders: expected names among ${Object.keys(contenders).join(', ')}, got '${file}'`);
  return { quick, only, files, json };
}
