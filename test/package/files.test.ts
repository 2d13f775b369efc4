import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { standalone } from '../../.ci/readme.mjs';
import { clean, packed, root } from './kit.mjs';

afterAll(clean);

const run = (command: string, ...args: string[]) =>
  execFileSync(join(root, 'node_modules/.bin', command), args, { encoding: 'utf8' });

const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
const [{ files, unpackedSize }] = JSON.parse(listed) as [{ files: { path: string }[]; unpackedSize: number }];
const paths = files.map(({ path }) => path);

/** What a user installs: the built library and command, with their types, and nothing of the page, the tests or the benchmark. */
test('the package holds dist, docs, its documents and their pictures', () => {
  const others = paths.filter((path) => !/^(dist|docs)\//.test(path));
  expect(others.filter((path) => !/\.(?:png|svg)$/.test(path)).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'charts.js',
    'checkpoint.js',
    'diagnostics.js',
    'makemore.js',
    'onnx.js',
    'package.json',
    'relaxed.js',
    'worker.js',
  ]);
  for (const path of [
    'dist/index.js',
    'dist/diagnostics.js',
    'dist/checkpoint.js',
    'dist/makemore.js',
    'dist/charts.js',
    'dist/cli.js',
    'docs/many-runs.md',
    'dist/core.wasm',
    'dist/types/index.d.ts',
  ])
    expect(paths).toContain(path);
  // index.js only passes on what is in it.
  const library = paths.find((path) => /^dist\/library-[\w-]+\.js$/.test(path));
  expect(paths).toContain(`${library}.map`);
  expect(paths.filter((path) => /types\/page|test|html$/.test(path))).toEqual([]);
  console.log(`installed: ${(unpackedSize / 1e6).toFixed(2)} MB`);
  expect(unpackedSize).toBeLessThan(4.25e6);
});

test('it needs no other package to run', () => {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect([dependencies, peerDependencies]).toEqual([{}, {}]);
});

test('the README of a registry shows pictures that the package holds, and links to nothing that it does not', () => {
  const text = standalone(readFileSync('README.md', 'utf8'));
  const targets = Array.from(
    text.matchAll(/ (?:src|srcset)="([^"]+)"|\]\((?!#)([^)]+)\)/g),
    ([, a, b]) => a ?? b,
  );
  expect(targets.length).toBeGreaterThan(4);
  const own = /^https:\/\/unpkg\.com\/lanewise@[\d.]+\//;
  for (const target of targets) {
    expect(target).toMatch(/^https:/);
    if (own.test(target)) expect(paths).toContain(target.replace(own, '').replace(/#.*/, ''));
  }
  expect(() => standalone('<img src="src/page/icon.png">')).toThrow(/expected src\/page\/icon\.png to be in/);
  expect(standalone('[runs](bench/results/x.json), [log](CHANGELOG.md#a)')).toMatch(
    /^runs, \[log\]\(https:.*\/CHANGELOG\.md#a\)$/,
  );
});

test('publint finds nothing wrong', () => {
  // It exits with 1 on a problem.
  expect(run('publint', 'run', packed(), '--strict')).toContain('All good!');
});

test('@arethetypeswrong/cli finds nothing wrong', () => {
  // It exits with 1 on a problem. One file serves `require` too, where Node takes modules so (20.19, 22.12): its rule for
  // CommonJS is older than that. core.wasm has no types.
  const options = ['--ignore-rules', 'cjs-resolves-to-esm', '--exclude-entrypoints', 'core.wasm'];
  const said = run('attw', packed(), '--no-color', '--format', 'ascii', ...options);
  for (const path of [
    '',
    '/diagnostics',
    '/checkpoint',
    '/makemore',
    '/charts',
    '/relaxed',
    '/onnx',
    '/worker',
  ])
    expect(said).toContain(`"lanewise${path}"`);
});
