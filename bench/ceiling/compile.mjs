import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The bytes of ceiling.ts, compiled as the core is. */
export function compileCeiling() {
  const folder = mkdtempSync(join(tmpdir(), 'lanewise-ceiling-'));
  const outFile = join(folder, 'ceiling.wasm');
  const options = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--converge', '--noAssert'];
  try {
    const { status, error, stderr } = spawnSync(
      process.execPath,
      [here('../../node_modules/assemblyscript/bin/asc.js'), here('ceiling.ts'), '-o', outFile, ...options],
      // Elsewhere, where asc does not find the core's asconfig.json.
      { encoding: 'utf8', cwd: folder },
    );
    if (error || status !== 0)
      throw new Error(`bench: asc could not compile ceiling.ts: ${error?.message ?? stderr}`);
    return readFileSync(outFile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
