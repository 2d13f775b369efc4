import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blockOf, charts, ranked, readmeBlock, withBlock } from '../../bench/readme/block.mjs';
import type { BenchResult } from '../../bench/result.mjs';
import { number } from '../../bench/table.mjs';
import { temporaryFolder } from '../cli/command.js';
import { script } from './script.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const quick = join(folder, 'quick.json');
let result: BenchResult;

/** Seconds of a step, in place of those that this machine takes today: their order is the table's. */
const taken: Record<string, number> = { lanewise: 5.62e-5, 'idiomatic-js': 1.0345e-3 };
const timed = (measured: BenchResult): BenchResult => {
  const { steps } = measured as Required<BenchResult>;
  const rows = steps.rows.map((row) => ({
    ...row,
    median: taken[row.contender] * (row.net === 'deep' ? 4 : 1),
  }));
  return { ...measured, steps: { ...steps, rows } };
};

beforeAll(() => {
  const ran = script('bench.mjs', '--quick', '--contenders', 'lanewise,idiomatic-js', '--json', quick);
  expect(ran.status, ran.stderr).toBe(0);
  result = timed(JSON.parse(readFileSync(quick, 'utf8')));
});

test('a whole run has every part, with the errors of float32', () => {
  const { steps, life } = result as Required<BenchResult>;
  expect(steps.rows.map(({ net, contender }) => `${net} ${contender}`)).toEqual([
    'mlp lanewise',
    'mlp idiomatic-js',
    'deep lanewise',
    'deep idiomatic-js',
  ]);
  for (const { net, contender, error } of steps.rows) expect(error, `${net} ${contender}`).toBeLessThan(2e-7);
  expect(steps.uses.map(({ use, contender }) => `${use}, ${contender}`)).toEqual([
    'evaluation of the training split, lanewise',
    'evaluation of the training split, idiomatic-js',
    'sampling of 50 names, lanewise',
    'sampling of 50 names, idiomatic-js',
  ]);
  for (const { use, error } of steps.uses) expect(error, use).toBeLessThan(1e-6);
  const [module, entry] = life.sizes;
  expect(module.brotli).toBeLessThan(module.gzip);
  expect(module.gzip).toBeLessThan(module.raw);
  // The entry carries the module inside.
  expect(entry.raw).toBeGreaterThan(module.raw);
  for (const { what, error = 0 } of life.start) expect(error, what).toBeLessThan(1e-6);
  expect(life.memory.error).toBeLessThan(2e-7);
  expect(life.memory.after.wasm, 'training does not grow the memory').toBe(life.memory.before.wasm);
});

test('the README’s block says what the run measured, where and when', () => {
  const block = readmeBlock(result, 'bench/results/here.json');
  const { machine, date } = result;
  expect(block.replaceAll('\n', ' ')).toContain(`${machine.cpu}, ${machine.os}, Node ${machine.node}, V8 `);
  expect(block.replaceAll('\n', ' ')).toContain(
    `${new Date(date).getUTCFullYear()}; [the whole run](bench/results/here.json)`,
  );
  const [first, second] = ranked(result);
  expect(first.name).toBe('lanewise, WebAssembly SIMD');
  expect(second.name).toBe('JavaScript, typed arrays by hand');
  for (const { name, mlp, deep } of [first, second]) {
    const line = block.split('\n').find((one) => one.startsWith(`| ${name}`));
    expect(line).toContain(`${number(mlp.median * 1e6)} µs`);
    expect(line).toContain(`${number(deep.median * 1e6)} µs`);
    expect(line).toContain(Math.round(1 / mlp.median).toLocaleString('en'));
  }
  for (const path of Object.values(charts)) expect(block).toContain(path);
  for (const line of block.split('\n').filter((one) => !/^[|<]|^ {2}</.test(one)))
    expect(line.length).toBeLessThanOrEqual(120);
});

test('a block takes the place of the one before, and of nothing else', () => {
  const readme = 'a\n\n<!-- bench:begin -->\nold\n<!-- bench:end -->\n\nz\n';
  const written = withBlock(readme, 'new');
  expect(written).toBe('a\n\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\n\nz\n');
  expect(blockOf(written)).toBe('new');
  expect(withBlock(written, 'new')).toBe(written);
  expect(() => withBlock('a\n', 'new')).toThrow("expected '<!-- bench:begin -->'");
  expect(() => readmeBlock({ ...result, schema: 2 }, '')).toThrow('expected a result of schema 1, got 2');
  const { life: _, ...part } = result;
  expect(() => readmeBlock(part, '')).toThrow('expected the result of a whole run, got one without its life');
});

test('npm run bench:readme writes the README and its charts, and refuses a quick run', () => {
  const readme = join(folder, 'README.md');
  writeFileSync(readme, '<!-- bench:begin -->\n<!-- bench:end -->\n');
  const refused = script('readme.mjs', quick, '--readme', readme);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('expected the result of a whole run, got one of --quick');
  const whole = join(folder, 'whole.json');
  const measured = { ...result, quick: false };
  writeFileSync(whole, JSON.stringify(measured));
  const { status, stderr } = script('readme.mjs', whole, '--readme', readme);
  expect(status, stderr).toBe(0);
  expect(blockOf(readFileSync(readme, 'utf8'))).toBe(readmeBlock(measured, 'whole.json'));
  for (const path of Object.values(charts)) {
    const picture = readFileSync(join(folder, path), 'utf8');
    for (const { name, mlp } of ranked(result)) {
      expect(picture).toContain(`>${name}</text>`);
      expect(picture).toContain(`>${number(Number((mlp.median * 1e6).toPrecision(4)))}</text>`);
    }
  }
});

const results = 'bench/results';
const committed = existsSync(results) ? readdirSync(results).filter((name) => name.endsWith('.json')) : [];
test.skipIf(committed.length === 0)(
  `the README’s block is what the committed run makes of it${committed.length > 0 ? '' : `: skipped, no run is in ${results}`}`,
  () => {
    const block = blockOf(readFileSync('README.md', 'utf8')) ?? '';
    const source = block.replaceAll('\n', ' ').match(/\[the whole run\]\(([^\s)]+)\)/)?.[1] ?? '';
    expect(committed.map((name) => `${results}/${name}`)).toContain(source);
    expect(block).toBe(readmeBlock(JSON.parse(readFileSync(source, 'utf8')), source));
    for (const path of Object.values(charts)) expect(existsSync(path), path).toBe(true);
  },
);
