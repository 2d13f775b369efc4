import { spawnSync } from 'node:child_process';

/** Runs a script of bench/ to its end. */
export function script(name: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`bench/${name}`, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
