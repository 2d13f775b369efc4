// The types of the packed library under what strict programs compile with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixture, run } from '../kit.mjs';

export const files = Object.fromEntries(
  ['plain.ts', 'dom.ts', 'echarts.ts', 'require.cts'].map((name) => [name, fixture(`types/${name}`)]),
);

const resolutions = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  // As `moduleResolution` was called before packages had exports.
  node10: { module: 'esnext', moduleResolution: 'node10' },
};

/** Each way to compile: its name, what is compiled, and the options. */
export function settings({ node10 = false, require = true, echarts = false } = {}) {
  const ways = [];
  for (const [resolution, options] of Object.entries(resolutions)) {
    if (resolution === 'node10' && !node10) continue;
    ways.push({ name: resolution, include: ['plain.ts'], options: { ...options, lib: ['es2022'] } });
    const include = ['plain.ts', 'dom.ts', ...(echarts ? ['echarts.ts'] : [])];
    ways.push({
      name: `${resolution} with DOM`,
      include,
      options: { ...options, lib: ['es2022', 'dom', 'dom.iterable'] },
    });
  }
  if (require)
    ways.push({
      name: 'nodenext, require',
      include: ['require.cts'],
      options: { ...resolutions.nodenext, lib: ['es2022'] },
    });
  return ways;
}

const STRICT = {
  strict: true,
  target: 'es2022',
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  types: [],
  noEmit: true,
};

/** Compiles the files of a folder in each way. Errors: Error with what the compiler says. */
export async function compile(folder, tsc, ways, more = {}) {
  for (const [i, { name, include, options }] of ways.entries()) {
    const config = `tsconfig.${i}.json`;
    writeFileSync(
      join(folder, config),
      JSON.stringify({ compilerOptions: { ...STRICT, ...options, ...more }, include }),
    );
    await run(process.execPath, [tsc, '-p', config], { cwd: folder }).catch((error) => {
      throw new Error(`${name}: ${error.message}`);
    });
  }
  return ways.map(({ name }) => name).join(', ');
}
