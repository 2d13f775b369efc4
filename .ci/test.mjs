// The whole test: builds what is stale, finds (or installs) a Chromium, runs vitest in Node and in that browser, and
// closes with the runner's own counts. Arguments go to vitest in place
// of its two projects.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const run = (command, args, options = {}) => spawnSync(command, args, { stdio: 'inherit', ...options });

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

function findChromium() {
  const { LANEWISE_CHROMIUM, PATH = '', PROGRAMFILES = '', LOCALAPPDATA = '' } = process.env;
  if (LANEWISE_CHROMIUM) {
    if (executable(LANEWISE_CHROMIUM)) return LANEWISE_CHROMIUM;
    fail(`LANEWISE_CHROMIUM: expected the path of a Chromium that can be started, got ${LANEWISE_CHROMIUM}`);
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  return [
    ...PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    join(PROGRAMFILES, 'Google/Chrome/Application/chrome.exe'),
    join(LOCALAPPDATA, 'Google/Chrome/Application/chrome.exe'),
  ].find(executable);
}

async function playwrightChromium() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return executable(path) ? path : undefined;
}

/** A Chromium of this system, or of Playwright's, or one that is installed now by the first way that works. */
async function chromium() {
  const found = findChromium() ?? (await playwrightChromium());
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && executable('/usr/bin/apt-get')) {
    console.log('test: no Chromium here; installing it: apt-get install chromium');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], { env });
    run('apt-get', ['install', '-y', '-qq', 'chromium'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const installed = findChromium();
    if (installed) return installed;
  }
  console.log('test: no Chromium here; installing it: npx playwright install chromium');
  run(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium']);
  return (
    (await playwrightChromium()) ??
    fail(
      'the tests run in a browser too, and none was found or could be installed. Install Chromium or Chrome ' +
        '(Debian: apt-get install chromium; anywhere: npx playwright install chromium), or set LANEWISE_CHROMIUM to its path',
    )
  );
}

function fail(message) {
  console.error(`test: ${message}`);
  process.exit(1);
}

const build = run(process.execPath, ['.ci/build.mjs']);
if (build.status !== 0) fail('the build failed');
const LANEWISE_CHROMIUM = await chromium();

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
    ...(process.argv.length > 2 ? process.argv.slice(2) : ['--project', 'node', '--project', 'chromium']),
  ],
  { env: { ...process.env, LANEWISE_CHROMIUM } },
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
