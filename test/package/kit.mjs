// Packs the library as the registry would hold it, and tries it in empty folders.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
export const root = join(here, '../..');
let temporary;
let tarball;
/** Holds everything that is made. */
const place = () => {
  temporary ??= mkdtempSync(join(tmpdir(), 'lanewise-package-'));
  return temporary;
};
export const clean = () => {
  if (temporary !== undefined && process.env.LANEWISE_KEEP === undefined)
    rmSync(temporary, { recursive: true, force: true });
  temporary = undefined;
  tarball = undefined;
};
process.on('exit', clean);

/** What cannot be had here; the message says why. */
export class Unavailable extends Error {}

/** The path of the packed library; it has been built. */
export function packed() {
  if (tarball !== undefined) return tarball;
  const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', place()];
  const { stdout, stderr, status } = spawnSync('npm', packing, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  tarball = join(place(), JSON.parse(stdout)[0].filename);
  return tarball;
}

/** Runs a command to its end, and resolves to what it printed. Errors: Error with the end of that where it fails. */
export function run(command, args, { cwd, env = {}, minutes = 10 } = {}) {
  return new Promise((resolve, reject) => {
    const path = `${join(cwd, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
    // No telemetry, no questions; and none of what the test runner has set.
    const { NODE_ENV, VITEST, VITEST_MODE, VITEST_POOL_ID, VITEST_WORKER_ID, NODE_OPTIONS, ...rest } =
      process.env;
    const child = spawn(command, args, {
      cwd,
      env: { ...rest, PATH: path, CI: '1', NEXT_TELEMETRY_DISABLED: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), minutes * 60_000);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else
        reject(
          new Error(
            `${command} ${args.join(' ')} ended with ${signal ?? code}:\n${(err + out).slice(-3000)}`,
          ),
        );
    });
  });
}

/** Starts a server, and resolves to how to stop it when it has printed what matches. */
export function serve(command, args, { cwd, env = {}, ready }) {
  return new Promise((resolve, reject) => {
    const path = `${join(cwd, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
    const child = spawn(command, args, { cwd, env: { ...process.env, PATH: path, ...env }, detached: true });
    let printed = '';
    const stop = () => {
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It has ended.
      }
    };
    process.on('exit', stop);
    const listen = (data) => {
      printed += data;
      const found = ready.exec(printed);
      if (found) resolve({ stop, found });
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`${command} ended with ${code}:\n${printed.slice(-3000)}`)));
  });
}

export const fixture = (name) => readFileSync(join(here, name), 'utf8');
export const program = fixture('program.mjs');
/** The file of an entry, from where the built library lies. */
export const fileOf = (name, dist = './node_modules/lanewise/dist') =>
  `${dist}/${name.replace(/^lanewise\/?/, '') || 'index'}.js`;
/** A program that names the files of the library, as a page without a bundler does. */
export const naming = (text, dist) =>
  text.replace(/'(lanewise(?:\/\w+)?)'/g, (_, name) => `'${fileOf(name, dist)}'`);
/** The program for `require`. */
export const programCjs = program
  .replace(/^import (\{[^}]*\}) from ('lanewise[^']*');/gm, 'const $1 = require($2);')
  .replace(/^export async function train/m, 'exports.train = train;\nasync function train');

/** The last line of JSON among what a program printed. */
export function reported(text) {
  const [line] = text.match(/\{"backend".*\}/g)?.slice(-1) ?? [];
  if (line === undefined)
    throw new Error(`expected a line of JSON with the result, got:\n${text.slice(-3000)}`);
  return JSON.parse(line);
}

export const versionOf = (folder, name) =>
  JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;

let folders = 0;
/** An empty folder with these files, the packed library, and what else it needs of the registry. */
export async function folder(files, { install = [], settings = {} } = {}) {
  const path = join(place(), `${folders++}`);
  const own = { private: true, type: 'module', ...settings };
  for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(own), ...files })) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  const flags = [
    ...(install.length === 0 ? ['--offline'] : []),
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--loglevel=error',
  ];
  await run('npm', ['install', ...flags, packed(), ...install], { cwd: path, minutes: 15 }).catch((error) => {
    const [why] =
      error.message.match(/[^\n]*\b(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|E404|ETARGET)\b/) ?? [];
    if (why === undefined || install.length === 0) throw error;
    throw new Unavailable(`${install.join(', ')} could not be installed: ${why.replace(/^npm error /, '')}`);
  });
  return path;
}
