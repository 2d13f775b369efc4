// The browsers of the tests: those of this system, or such as can be installed without a question.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const run = (command, args, options = {}) => spawnSync(command, args, { stdio: 'inherit', ...options });

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

/** The first of these names that is on the path. */
const onPath = (names) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(executable);

/** What a variable of the environment names. Errors: Error where that cannot be started. */
function given(variable, browser) {
  const path = process.env[variable];
  if (!path || executable(path)) return path || undefined;
  throw new Error(`${variable}: expected the path of a ${browser} that can be started, got ${path}`);
}

/** Whether there was a way to try it. */
function aptInstall(name) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !executable('/usr/bin/apt-get'))
    return false;
  console.log(`test: no ${name} here; installing it: apt-get install ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', name], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return true;
}

const { PROGRAMFILES = '', LOCALAPPDATA = '' } = process.env;

const findChromium = () =>
  onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']) ??
  [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    join(PROGRAMFILES, 'Google/Chrome/Application/chrome.exe'),
    join(LOCALAPPDATA, 'Google/Chrome/Application/chrome.exe'),
  ].find(executable);

async function playwrightChromium() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return executable(path) ? path : undefined;
}

/** The path of a Chromium of this system, or of Playwright's, or of one that is installed now by the first way that works. */
export async function chromium() {
  const found = given('LANEWISE_CHROMIUM', 'Chromium') ?? findChromium() ?? (await playwrightChromium());
  if (found) return found;
  const installed = aptInstall('chromium') && findChromium();
  if (installed) return installed;
  console.log('test: no Chromium here; installing it: npx playwright install chromium');
  run(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium']);
  const own = await playwrightChromium();
  if (own) return own;
  throw new Error(
    'the tests run in a browser too, and none was found or could be installed. Install Chromium or Chrome ' +
      '(Debian: apt-get install chromium; anywhere: npx playwright install chromium), or set LANEWISE_CHROMIUM to its path',
  );
}

const findFirefox = () =>
  onPath(['firefox-esr', 'firefox']) ??
  [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    join(PROGRAMFILES, 'Mozilla Firefox/firefox.exe'),
  ].find(executable);

/** Where `@puppeteer/browsers` puts what it fetches. */
const CACHE = join(homedir(), '.cache', 'lanewise');

async function mozillaFirefox() {
  const { getInstalledBrowsers } = await import('@puppeteer/browsers');
  const installed = await getInstalledBrowsers({ cacheDir: CACHE });
  return installed.find(({ browser, executablePath }) => browser === 'firefox' && executable(executablePath))
    ?.executablePath;
}

/** As `chromium`, for Firefox; undefined where there is none and none can be installed. */
export async function firefox() {
  const found = given('LANEWISE_FIREFOX', 'Firefox') ?? findFirefox() ?? (await mozillaFirefox());
  if (found) return found;
  const installed = aptInstall('firefox-esr') && findFirefox();
  if (installed) return installed;
  console.log('test: no Firefox here; installing it: npx @puppeteer/browsers install firefox');
  const cli = 'node_modules/@puppeteer/browsers/lib/cjs/main-cli.js';
  const { status } = run(process.execPath, [cli, 'install', 'firefox@stable', '--path', CACHE], {
    stdio: 'ignore',
    timeout: 300_000,
  });
  if (status !== 0) console.log('test: it could not be installed; what is tested in Firefox is skipped');
  return mozillaFirefox();
}
