// The whole test: builds what is stale, finds (or installs) Chromium and Firefox, runs vitest in Node and in the browsers,
// and closes with the runner's own counts. Arguments go to vitest in place of its projects.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, firefox } from './browsers.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const run = (command, args, options = {}) => spawnSync(command, args, { stdio: 'inherit', ...options });

function fail(message) {
  console.error(`test: ${message}`);
  process.exit(1);
}

for (const what of [[], ['--page']])
  if (run(process.execPath, ['.ci/build.mjs', ...what]).status !== 0) fail('the build failed');
const refuse = ({ message }) => fail(message);
const LANEWISE_CHROMIUM = await chromium().catch(refuse);
// Without one its tests are skipped.
const LANEWISE_FIREFOX = (await firefox().catch(refuse)) ?? '';

const folder = mkdtempSync(join(tmpdir(), 'lanewise-test-'));
const report = join(folder, 'report.json');
const vitest = run(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(process.argv.length > 2
      ? process.argv.slice(2)
      : ['node', 'chromium', 'page'].map((name) => `--project=${name}`)),
  ],
  { env: { ...process.env, LANEWISE_CHROMIUM, LANEWISE_FIREFOX } },
);
const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
rmSync(folder, { recursive: true, force: true });
if (counts === undefined) fail(`vitest ended without a report (exit code ${vitest.status})`);

const skipped = counts.numPendingTests + (counts.numTodoTests ?? 0);
if (skipped > 0) console.log(`${skipped} skipped: their titles say why`);
// A suite that failed to load has no test that failed.
const failed = counts.numFailedTests || (counts.success ? 0 : counts.numFailedTestSuites);
console.log(`${counts.numPassedTests} passed, ${failed} failed`);
process.exit(vitest.status === 0 && failed === 0 ? 0 : 1);
