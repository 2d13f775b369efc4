// The browsers: each opens an address and stays until it is closed. The page itself sends what it has measured, so
// that nothing of a browser's driver is needed while it measures.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

function onPath(...names) {
  const paths = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((at) => names.map((name) => join(at, name)));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** { name, path, missing } and `open(address, failed)`, which resolves to what closes it again. */
export const engines = [
  {
    name: 'Chromium',
    path:
      process.env.LANEWISE_CHROMIUM ??
      onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'),
    missing: 'no Chromium or Chrome on the PATH, and LANEWISE_CHROMIUM is not set',
    async open(address, failed) {
      const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
      const browser = await chromium.launch({ executablePath: this.path, args });
      const page = await browser.newPage();
      page.on('pageerror', (error) => failed(error.message));
      page.on('crash', () => failed('the page crashed'));
      await page.goto(address);
      return () => browser.close();
    },
  },
  {
    name: 'Firefox',
    path: onPath('firefox-esr', 'firefox'),
    missing: 'no firefox-esr or firefox on the PATH',
    async open(address, failed) {
      const profile = mkdtempSync(join(tmpdir(), 'lanewise-firefox-'));
      writeFileSync(join(profile, 'user.js'), firefoxPreferences);
      const child = spawn(this.path, ['--headless', '--no-remote', '--profile', profile, address], {
        stdio: 'ignore',
        detached: true,
      });
      const gone = new Promise((resolve) => {
        child.on('error', (error) => {
          failed(error.message);
          resolve();
        });
        child.on('exit', (code) => {
          failed(`it ended by itself (exit code ${code})`);
          resolve();
        });
      });
      return async () => {
        try {
          process.kill(-child.pid, 'SIGTERM');
        } catch {
          // It has ended already.
        }
        await gone;
        rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      };
    },
  },
];

/** No questions at the start, no pause for a long script, a clock as fine as it has. */
const firefoxPreferences = Object.entries({
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'dom.max_script_run_time': 0,
  'privacy.reduceTimerPrecision': false,
  'app.update.enabled': false,
})
  .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
  .join('');
