import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BenchResult } from '../../bench/result.mjs';
import { temporaryFolder } from '../cli/command.js';
import { script } from './script.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('npm run bench', () => {
  let kernels: NonNullable<BenchResult['kernels']>;
  let stdout: string;

  beforeAll(() => {
    const file = join(folder, 'kernels.json');
    const ran = script(
      'bench.mjs',
      ...['--quick', '--only', 'kernels', '--contenders', 'lanewise,lanewise-js', '--json', file],
    );
    expect(ran.status, ran.stderr).toBe(0);
    stdout = ran.stdout;
    const result: BenchResult = read(file);
    expect(result).toMatchObject({ schema: 1, quick: true });
    expect(result.steps).toBeUndefined();
    kernels = result.kernels as typeof kernels;
  });

  test('has every kernel by both backends, and the copy beside those that go once over their elements', () => {
    const by = (contender: string) =>
      new Set(kernels.rows.filter((row) => row.contender === contender).map(({ kernel }) => kernel));
    const once = [
      'tanh',
      'tanh backward',
      'BatchNorm',
      'BatchNorm backward',
      'softmax cross-entropy',
      'embedding',
      'embedding backward',
      'SGD',
    ];
    for (const contender of ['lanewise', 'lanewise-js'])
      expect([...by(contender)]).toEqual(
        expect.arrayContaining(['x W', 'xᵀ dy', 'xᵀ dy and dy Wᵀ', ...once]),
      );
    expect([...by('copy (Float32Array.set)')]).toEqual(once);
  });

  test('has in each row an error of float32, and the same one by both backends', () => {
    for (const { kernel, size, contender, error } of kernels.rows)
      expect(error, `${kernel} ${size} ${contender}`).toBeLessThan(2e-6);
    for (const { shape, error } of kernels.ceiling.shapes) expect(error, shape).toBeLessThan(1e-6);
    const errors = (contender: string) =>
      kernels.rows
        .filter((row) => row.contender === contender && !row.kernel.includes('difference'))
        .map(({ kernel, size, error }) => [kernel, size, error]);
    expect(errors('lanewise')).toEqual(errors('lanewise-js'));
  });

  test('prints what it writes', () => {
    expect(stdout).toMatch(/^ceiling of WebAssembly SIMD: [\d.]+ GFLOP\/s \(twelve /m);
    expect(stdout).toMatch(/^x W +37×200×27 +lanewise, WebAssembly SIMD .*\d % +\d+ +\d\.\de-\d$/m);
    expect(stdout).toMatch(/^SGD +12097 +copy \(Float32Array\.set\) .* 100 % +\d+ +0$/m);
  });

  test.each([
    [['--only', 'all'], "bench: --only: expected kernels, steps, life, got 'all'"],
    [['--contenders', 'lanewise,numpy'], "got 'numpy'"],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = script('bench.mjs', ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

test('npm run bench:scaling has every setting at the right losses, and draws them', () => {
  const [json, svg] = [join(folder, 'scaling.json'), join(folder, 'scaling.svg')];
  const { status, stderr, stdout } = script('scaling.mjs', '--quick', '--json', json, '--svg', svg);
  expect(status, stderr).toBe(0);
  const rows: { by: string; width: number; error: number; flops: number }[] = read(json).rows;
  expect(rows.map(({ by }) => by)).toEqual(['width', 'width', 'batch', 'batch', 'depth', 'depth']);
  for (const row of rows) expect(row.error, JSON.stringify(row)).toBeLessThan(1e-6);
  // width 16, batch 32, depth 1
  expect(rows[0].flops).toBe(6 * 32 * (30 * 16 + 16 * 27));
  expect(stdout).toContain('growing batch, width 200, depth 1');
  const picture = readFileSync(svg, 'utf8');
  for (const name of ['width', 'batch', 'depth', 'arithmetic']) expect(picture).toContain(`>${name}</text>`);
});

test('npm run bench:optimizers has every optimizer on both networks, at the loss that each begins with', () => {
  const json = join(folder, 'optimizers.json');
  const { status, stderr, stdout } = script('optimizers.mjs', '--quick', '--json', json);
  expect(status, stderr).toBe(0);
  const rows: { net: string; optimizer: string; ratio: number; lastLoss: number }[] = read(json).rows;
  expect(rows).toHaveLength(12);
  for (const { optimizer, ratio, lastLoss } of rows) {
    if (optimizer === 'SGD') expect(ratio).toBe(1);
    // Of 27 characters: ln 27 = 3.30.
    expect(Math.abs(lastLoss - 3.3)).toBeLessThan(0.4);
    expect(stdout).toContain(`\n${optimizer} `);
  }
  expect(script('optimizers.mjs', '--limit', 'no').status).toBe(2);
});

test('npm run bench:browser has the same steps in Chromium as in Node, and says why a browser is absent', () => {
  const json = join(folder, 'browser.json');
  const { status, stderr, stdout } = script('browser.mjs', '--quick', '--only', 'steps', '--json', json);
  expect(status, stderr).toBe(0);
  interface Engine {
    name: string;
    absent?: string;
    steps: NonNullable<BenchResult['steps']>;
  }
  const engines: Engine[] = read(json).engines;
  expect(engines.map(({ name }) => name)).toEqual(['Node', 'Chromium', 'Firefox']);
  const [node, chromium, firefox] = engines;
  const errors = ({ steps }: Engine) =>
    steps.rows.map(({ net, contender, error }) => [net, contender, error]);
  expect(chromium.absent).toBeUndefined();
  expect(errors(chromium).slice(0, 2)).toEqual(errors(node).slice(0, 2));
  for (const { error } of chromium.steps.rows) expect(error).toBeLessThan(1e-6);
  if (firefox.absent === undefined) expect(errors(firefox).slice(0, 2)).toEqual(errors(node).slice(0, 2));
  else expect(stdout).toContain(`Firefox: absent: ${firefox.absent}`);
});
