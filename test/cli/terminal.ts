import { spawn, spawnSync } from 'node:child_process';

/** In place of script(1) where there is none. */
const PYTHON =
  "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', sys.argv[1]])))";

/** What runs a shell's command in a terminal of its own and ends with its exit code. */
const terminal = [
  (command: string) => ['script', '-qec', command, '/dev/null'],
  (command: string) => ['python3', '-c', PYTHON, command],
].find((through) => {
  const [program, ...args] = through('test -t 1 && exit 7');
  return spawnSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }).status === 7;
});

export const hasTerminal = terminal !== undefined;

/** For the title of a test that is skipped without. */
export const unlessTerminal = hasTerminal
  ? ''
  : ': skipped, there is neither script(1) of util-linux nor python3 to make a terminal';

export interface InTerminal {
  cwd: string;
  columns?: number;
  env?: Record<string, string>;
  /** Called with all of the output so far, each time there is more, and the process of the command. */
  onOutput?: (output: string, pid: number) => void;
}

/** Runs a program in a terminal to its end; what it prints, escape sequences and all. */
export function inTerminal(
  [program, ...args]: readonly string[],
  { cwd, columns = 100, env, onOutput }: InTerminal,
): Promise<{ code: number | null; output: string }> {
  if (terminal === undefined) throw new Error('inTerminal: expected a test that is skipped without one');
  const words = [program, ...args].map((word) => `'${word}'`).join(' ');
  const [by, ...options] = terminal(`stty cols ${columns} && echo "process $$" && exec ${words}`);
  const child = spawn(by, options, {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: 'xterm', ...env },
  });
  let all = '';
  const output = () => all.replace(/^process \d+\r?\n/m, '');
  child.stdout.setEncoding('utf8').on('data', (text) => {
    all += text;
    const pid = /^process (\d+)\r?\n/m.exec(all)?.[1];
    if (pid !== undefined) onOutput?.(output(), Number(pid));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: output() }));
  });
}
