// The built page in Chromium, for the scripts beside it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { engines } from '../browser/engines.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const launchOptions = () => {
  const { path, missing } = engines.find(({ name }) => name === 'Chromium');
  if (path === undefined) throw new Error(`Chromium: expected one that can be started, got none: ${missing}`);
  return { executablePath: path, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] };
};

/** Builds what is stale: of the library and the command too, unless only the page is asked for. */
export function build(pageOnly = false) {
  for (const what of pageOnly ? [['--page']] : [[], ['--page']])
    if (spawnSync(process.execPath, ['.ci/build.mjs', ...what], { cwd: root, stdio: 'inherit' }).status !== 0)
      process.exit(1);
}

/** Both networks of the lecture, so long that no run ends while it is watched. */
export const networks = [
  { name: 'first network', net: 'mlp', hash: '#net=mlp&steps=1000000000' },
  { name: 'six layers', net: 'deep', hash: '#net=deep&steps=1000000000' },
];
