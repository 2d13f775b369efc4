// npm run bench:browser -- [--quick] [--only kernels|steps] [--json FILE]
// The kernels and steps in the browsers of this machine, beside Node: each engine in turn, several times over, in a fresh
// page each time.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { engines } from './browser/engines.mjs';
import { besideNode, merged } from './browser/merge.mjs';
import { contenders, pass } from './browser/pass.mjs';
import { serve } from './browser/server.mjs';
import { builtCeiling } from './ceiling/built.mjs';
import { machine } from './machine.mjs';
import { ceilingLine, header } from './print.mjs';

const SCHEMA = 1;
const PASSES = 2;
/** Milliseconds after which a page that has sent nothing is given up. */
const PATIENCE = 1_800_000;
const WRONG = 1e-3;

const { quick, only, json } = options();
const ceiling = builtCeiling();
const server = await serve(ceiling);
const found = [
  { name: 'Node', passes: [], measure: () => pass({ ceiling, quick, only }) },
  ...engines.map((engine) => ({
    name: engine.name,
    passes: [],
    absent: engine.path === undefined ? engine.missing : undefined,
    measure: () => inBrowser(engine),
  })),
];
try {
  for (let i = 0; i < (quick ? 1 : PASSES); i++)
    for (const engine of found) {
      if (engine.absent !== undefined) continue;
      try {
        engine.passes.push(await engine.measure());
      } catch (error) {
        if (engine.name === 'Node') throw error;
        engine.absent = error.message;
      }
    }
} finally {
  server.close();
}

const names = Object.fromEntries(Object.entries(contenders).map(([file, { name }]) => [file, name]));
const date = new Date().toISOString();
const result = { schema: SCHEMA, date, quick, machine: machine(), names, engines: found.map(recorded) };
console.log(`${header(result)}\n`);
for (const { name, userAgent, absent } of result.engines)
  if (name !== 'Node')
    console.log(absent === undefined ? `${name}: ${userAgent}` : `${name}: absent: ${absent}`);
const present = result.engines.filter(({ absent }) => absent === undefined);
for (const part of ['kernels', 'steps']) {
  const measured = present.filter((engine) => engine[part] !== undefined);
  if (measured.length === 0) continue;
  console.log(`\n${part}\n`);
  for (const engine of measured) console.log(`${engine.name}: ${ceilingLine(engine[part].ceiling)}`);
  const tables = measured.map((engine) => ({ name: engine.name, rows: engine[part].rows }));
  console.log(`\n${besideNode(tables, names).join('\n')}`);
}
if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
const rows = present.flatMap(({ kernels, steps }) => [...(kernels?.rows ?? []), ...(steps?.rows ?? [])]);
const wrong = rows.filter(({ error }) => !(error < WRONG));
for (const row of wrong) console.error(`bench: wrong: ${JSON.stringify(row)}`);
process.exit(wrong.length > 0 ? 1 : 0);

function recorded({ name, passes, absent }) {
  if (absent !== undefined) return { name, absent };
  const part = (which) => {
    const tables = passes.flatMap((one) => one[which] ?? []);
    if (tables.length === 0) return;
    const best = tables.reduce((a, b) => (b.ceiling.flopsPerSecond > a.ceiling.flopsPerSecond ? b : a));
    return { ceiling: best.ceiling, rows: merged(tables.map((table) => table.rows)) };
  };
  return { name, userAgent: passes[0].userAgent, kernels: part('kernels'), steps: part('steps') };
}

async function inBrowser(engine) {
  const answer = server.result();
  let timer;
  const failure = new Promise((_, reject) => {
    const failed = (why) => reject(new Error(`${engine.path}: ${why}`));
    timer = setTimeout(() => failed(`nothing came from its page in ${PATIENCE / 60_000} minutes`), PATIENCE);
    engine.failed = failed;
  });
  // Ending it makes it fail, after the answer.
  failure.catch(() => {});
  let close;
  try {
    close = await engine.open(server.address({ quick, only }), engine.failed);
    const { error, ...measured } = await Promise.race([answer, failure]);
    if (error !== undefined) throw new Error(`${engine.path}: ${error}`);
    return measured;
  } finally {
    clearTimeout(timer);
    await close?.();
  }
}

function options() {
  const fail = (message) => {
    console.error(`bench:browser: ${message}`);
    process.exit(2);
  };
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        json: { type: 'string' },
      },
    });
    if (values.only !== undefined && !['kernels', 'steps'].includes(values.only))
      fail(`--only: expected kernels or steps, got '${values.only}'`);
    return values;
  } catch (error) {
    return fail(error.message);
  }
}
