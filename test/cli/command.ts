import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command. */
export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Conditions {
  cwd: string;
  env?: Record<string, string | undefined>;
  /** Called with all of stdout so far, each time there is more. */
  onOutput?: (stdout: string, child: ReturnType<typeof spawn>) => void;
  /** The same of stderr. */
  onError?: (stderr: string, child: ReturnType<typeof spawn>) => void;
}

/** Runs `lanewise` with these arguments to its end. The environment says nothing of colours unless `env` does. */
export function lanewise(
  args: readonly string[],
  { cwd, env, onOutput, onError }: Conditions,
): Promise<Outcome> {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    onOutput?.(stdout, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    onError?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder of its own for a test file, and what removes it. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'lanewise-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
