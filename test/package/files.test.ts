import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** What a user installs: the built library and command, with their types, and nothing of the page, the tests or the benchmark. */
test('the package holds dist, docs and its documents, and publint finds nothing wrong', () => {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(listed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths.filter((path) => !/^(dist|docs)\//.test(path)).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'package.json',
  ]);
  for (const path of [
    'dist/index.js',
    'dist/makemore.js',
    'dist/charts.js',
    'dist/cli.js',
    'docs/many-runs.md',
    'dist/types/index.d.ts',
  ])
    expect(paths).toContain(path);
  expect(paths.filter((path) => /types\/page|wasm$|test|html$/.test(path))).toEqual([]);
  // It exits with 1 on a problem.
  const verdict = execFileSync('node_modules/.bin/publint', ['--strict', '--pack', 'npm'], {
    encoding: 'utf8',
  });
  expect(verdict).toContain('All good!');
});
