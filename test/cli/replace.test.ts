import { spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replaceFile, temporaryName } from '../../src/cli/replace.js';
import { readRun } from '../../src/makemore/index.js';
import { lanewise, temporaryFolder } from './command.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** A folder of its own with a file in it. */
function place() {
  const own = mkdtempSync(join(folder, 'place-'));
  const target = join(own, 'net.st');
  writeFileSync(target, 'old');
  return { own, target, left: () => readdirSync(own).sort() };
}

/** A process number beyond what systems give. */
const dead = 2 ** 30;

describe('a file that is replaced', () => {
  it('has the new content and the mode that was asked for, and nothing beside it', async () => {
    const { target, left } = place();
    await replaceFile(target, Uint8Array.of(1, 2, 3), 0o100640);
    expect([...readFileSync(target)]).toEqual([1, 2, 3]);
    if (process.platform !== 'win32') expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(left()).toEqual(['net.st']);
  });

  it('is freed of what writers that are dead left beside it', async () => {
    const { target, left } = place();
    for (let i = 0; i < 3; i++) writeFileSync(temporaryName(target, dead), 'half');
    // A process number comes again: soon, in a container.
    const own = temporaryName(target);
    writeFileSync(own, 'half');
    utimesSync(own, new Date(0), new Date(0));
    await replaceFile(target, 'new');
    expect(left()).toEqual(['net.st']);
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  it('leaves alone what another living process, this one or another program writes there', async () => {
    const { own, target, left } = place();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      const of = (name: string) => temporaryName(join(own, name), dead);
      const leftover = temporaryName(target, dead);
      const kept = [
        temporaryName(target, other.pid),
        temporaryName(target),
        of('other.st'),
        of('net.st.copy'),
        of('a.net.st'),
        `${leftover}.bak`,
        leftover.replace(/-\d+-/, '-x-'),
        leftover.replace(/\.lanewise-\w+/, '.lanewise-00000000'),
        `${target}.tmp`,
        `${target}.5c2f8a4e-0d0a-4c7a-9d0e-0c7ad1e4b5f6.tmp`,
      ];
      for (const path of kept) writeFileSync(path, 'theirs');
      const directory = temporaryName(target, dead);
      mkdirSync(directory);
      const link = temporaryName(target, dead);
      if (process.platform !== 'win32') symlinkSync(kept[2], link);
      const before = left();
      await replaceFile(target, 'new');
      expect(left()).toEqual(before);
      for (const path of kept) expect(readFileSync(path, 'utf8')).toBe('theirs');
    } finally {
      other.kill();
    }
  });

  it('stays as it was where the new one cannot be written, with nothing beside it', async () => {
    const { target, left } = place();
    await expect(replaceFile(target, 3 as unknown as string)).rejects.toThrow();
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(left()).toEqual(['net.st']);
  });

  it('by many at once is what one of them wrote', async () => {
    const { target, left } = place();
    const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(contents.map((content) => replaceFile(target, content)));
    expect(contents).toContain(readFileSync(target, 'utf8'));
    expect(left()).toEqual(['net.st']);
  });
});

/** Kills the process itself, with SIGKILL, at a point of the second file that it replaces. */
const killer = `
import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const point = process.env.KILL_AT;
const die = () => { process.kill(process.pid, 'SIGKILL'); for (;;); };
let writes = 0;
const { open, rename } = promises;
promises.open = async (...args) => {
  const file = await open(...args);
  if (!/lanewise-.*\\.tmp$/.test(args[0])) {
    // The folder.
    const sync = file.sync.bind(file);
    file.sync = async () => {
      if (writes === 2 && point === 'before the folder is synced') die();
      await sync();
      if (writes === 2 && point === 'at its end') die();
    };
    return file;
  }
  const write = file.writeFile.bind(file);
  const sync = file.sync.bind(file);
  file.writeFile = async (content) => {
    writes++;
    if (writes === 2 && point === 'before its first byte') die();
    if (writes === 2 && point === 'half way') {
      await write(content.subarray(0, content.length >> 1));
      die();
    }
    await write(content);
    if (writes === 2 && point === 'before it is synced') die();
  };
  file.sync = async () => {
    await sync();
    if (writes === 2 && point === 'before the rename') die();
  };
  return file;
};
promises.rename = async (...args) => {
  await rename(...args);
  if (writes === 2 && point === 'after the rename') die();
};
syncBuiltinESMExports();
`;

describe('a checkpoint whose writer is killed', () => {
  const preload = join(folder, 'killer.mjs');
  const here = (name: string) => join(folder, name);
  const SHAPE = ['--names', 'six.txt', '--hidden', '8', '--embedding', '2', '--steps', '20'];
  const train = (args: string[], env = {}) => lanewise(['train', ...args, '--quiet'], { cwd: folder, env });
  const temporaries = (name: string) => readdirSync(folder).filter((entry) => entry.startsWith(`${name}.`));
  beforeAll(async () => {
    writeFileSync(preload, killer);
    writeFileSync(here('six.txt'), 'emma\nava\nmia\nzoe\nann\nbob\n');
    await train([...SHAPE, '--json', 'whole.json']);
  });

  it.each([
    ['before its first byte', 10, 1],
    ['half way', 10, 1],
    ['before it is synced', 10, 1],
    ['before the rename', 10, 1],
    ['after the rename', 20, 0],
    ['before the folder is synced', 20, 0],
    ['at its end', 20, 0],
  ])('%s holds step %i; the next write clears up', async (point, step, leftovers) => {
    const name = `${point.replaceAll(' ', '-')}.st`;
    const { code } = await train([...SHAPE, '--save', name, '--save-every', '10'], {
      KILL_AT: point,
      NODE_OPTIONS: `--import=${pathToFileURL(preload)}`,
    });
    expect(code).toBe(null);
    expect(readRun(readFileSync(here(name))).step).toBe(step);
    expect(temporaries(name)).toHaveLength(leftovers);
    // A neighbour's leftovers are not this target's.
    copyFileSync(here(name), temporaryName(here('neighbour.st'), dead));
    const resumed = await train(['--resume', name, '--save', name, '--json', 'on.json']);
    expect([resumed.code, resumed.stderr]).toEqual([0, '']);
    const fingerprint = (file: string) => JSON.parse(readFileSync(here(file), 'utf8')).fingerprint;
    expect(fingerprint('on.json')).toBe(fingerprint('whole.json'));
    expect(temporaries(name)).toEqual([]);
    expect(temporaries('neighbour.st')).not.toEqual([]);
  });
});
