// What a user's bundle pays: one file, minified, as a server compresses it, the WebAssembly inside.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { encodeBinary } from '../../.ci/embed.mjs';
import { withImports } from '../../bench/life/sizes.mjs';
import { listed } from '../core/elementwise.js';
import { fileOf, program, root } from './kit.mjs';

async function bundled(code: string): Promise<string> {
  const entry = join(root, 'dist/entry.mjs');
  const { output } = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'program',
        resolveId: (id) =>
          id === 'entry' ? entry : /^lanewise\b/.test(id) ? fileOf(id, join(root, 'dist')) : null,
        load: (id) => (id === entry ? code : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: 'entry', output: { codeSplitting: false } },
    },
  })) as { output: { code: string }[] };
  expect(output.length).toBe(1);
  return output[0].code;
}

/** Prints the sizes, and returns gzip's and brotli's in kB. */
function weigh(title: string, code: string): { gzip: number; brotli: number } {
  const gzip = gzipSync(code, { level: 9 }).length / 1000;
  const brotli = brotliCompressSync(code).length / 1000;
  console.log(
    `${title}: ${gzip.toFixed(2)} kB gzip, ${brotli.toFixed(2)} kB brotli, ${(code.length / 1000).toFixed(1)} kB`,
  );
  return { gzip, brotli };
}

const textOf = (build: string, family = 'linear') =>
  encodeBinary(readFileSync(join(root, `build/${build}/${family}.wasm`)));

/** Whether it holds the relaxed build or the names, by a piece of each. */
function extrasOf(code: string): { relaxed: boolean; names: boolean } {
  // No minifier writes it otherwise.
  const pieces = textOf('relaxed').match(/[^']{30,}/g) ?? [];
  const [piece] = pieces.filter((text) => !textOf('release').includes(text));
  if (piece === undefined) throw new Error('expected a piece of text that only the relaxed build has');
  // The last of the names.
  return { relaxed: code.includes(piece), names: code.includes('zzyzx') };
}

test('XOR’s program stays below 22 kB, with neither the names nor the relaxed build', async () => {
  const xor = program.replace(/^.*\bfingerprint\b.*\n/gm, '');
  expect(xor).not.toContain('fingerprint');
  const code = await bundled(`${xor}\ntrain().then(console.log);`);
  expect(extrasOf(code)).toEqual({ relaxed: false, names: false });
  const { gzip, brotli } = weigh('XOR', code);
  expect(gzip).toBeGreaterThan(10);
  expect(gzip).toBeLessThan(22);
  expect(brotli).toBeLessThan(20.5);
});

const everythingOf = (entry: string) => bundled(`import * as all from '${entry}'; console.log({ ...all });`);

test('everything of lanewise stays below 45.5 kB, with neither the names nor the relaxed build', async () => {
  const code = await everythingOf('lanewise');
  expect(extrasOf(code)).toEqual({ relaxed: false, names: false });
  const { gzip, brotli } = weigh('everything', code);
  expect(gzip).toBeLessThan(45.5);
  expect(brotli).toBeLessThan(40.5);
});

/** Pieces of what an entry alone has: of its errors, and of its kernels. */
const PIECES: Record<string, string[]> = {
  'lanewise/diagnostics': [
    ...['findings: expected', 'fingerprint: expected', 'watch: expected', 'the loss is 0 / 0: all targets'],
    ...(textOf('release', 'stats').match(/[^'$\\]{200,}/g) ?? []),
  ],
  'lanewise/checkpoint': ['saveCheckpoint', 'loadStateDict', 'restoreTrainer', 'setRngState', 'safetensors'],
  'lanewise/makemore': ['PythonRandom.seed: expected'],
};
const carried = (code: string) =>
  Object.entries(PIECES).map(([entry, pieces]) => [entry, pieces.filter((piece) => code.includes(piece))]);
const NONE = Object.keys(PIECES).map((entry) => [entry, []]);

test('lanewise carries neither diagnostics nor checkpoints, which are entries of their own', async () => {
  expect(PIECES['lanewise/diagnostics'].length).toBeGreaterThan(4);
  expect(carried(await everythingOf('lanewise'))).toEqual(NONE);
  for (const entry of ['lanewise/diagnostics', 'lanewise/checkpoint']) {
    const code = await everythingOf(entry);
    expect(carried(code)).toContainEqual([entry, PIECES[entry]]);
    weigh(`everything of ${entry}`, code);
  }
});

test('who loads the built files loads no more', () => {
  const loaded = (file: string) => withImports(join(root, 'dist', file));
  const files = loaded('index.js');
  const texts = files.map((path) => readFileSync(path, 'utf8'));
  expect(carried(texts.join(''))).toEqual(NONE);
  const gzip = texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0) / 1000;
  console.log(
    `dist/index.js and its imports: ${gzip.toFixed(1)} kB gzip in ${files.length} files, not minified`,
  );
  // What they have in common is loaded once.
  for (const entry of ['diagnostics', 'checkpoint', 'makemore'])
    expect(loaded(`${entry}.js`), entry).toEqual(expect.arrayContaining(files.slice(1)));
});

test('no class but one has a member with a computed name, by which esbuild would keep it in every program', () => {
  const files = readdirSync(join(root, 'dist')).filter((name) =>
    /^(?:library|diagnostics|checkpoint|makemore|worker)\b.*\.js$/.test(name),
  );
  const computed = files.flatMap((name) => {
    const code = readFileSync(join(root, 'dist', name), 'utf8');
    // Known symbols, such as Symbol.asyncIterator, do no harm.
    return [...code.matchAll(/^\t(?:static |async |\*|[gs]et )*\[(?!Symbol\.)\w+\]\(.*\{$/gm)].map(([line]) =>
      line.trim(),
    );
  });
  // Two entries only pass on what is in a file beside them.
  expect(files.length).toBe(7);
  expect(computed).toEqual(['[symbolDispose]() {']);
});

test('the relaxed build is an import of its own, and the names are lanewise/makemore’s', async () => {
  const code = await bundled(`import { relaxed } from 'lanewise/relaxed'; console.log(relaxed);`);
  expect(extrasOf(code).relaxed).toBe(true);
  const file =
    readFileSync(join(root, 'dist/makemore.js'), 'utf8').match(/import\("\.\/(ssa-2018-[^"]+)"\)/)?.[1] ?? '';
  expect(existsSync(join(root, 'dist', file)), file).toBe(true);
  expect(extrasOf(readFileSync(join(root, 'dist', file), 'utf8')).names).toBe(true);
});

test('a function of each element brings its own kernels, and no other’s', async () => {
  const texts = new Map(listed.map(({ spec: { family } }) => [family.name, family.binary]));
  const pieces = [...texts].map(([family, text]) => {
    const others = [...texts.values()].filter((other) => other !== text);
    // That no minifier writes otherwise.
    const own = text.match(/[^']{12,}/g)?.find((piece) => !others.some((other) => other.includes(piece)));
    if (own === undefined) throw new Error(`expected a piece of text that only ${family} has`);
    return [family, own] as const;
  });
  for (const name of new Set(listed.map(({ spec }) => spec.name))) {
    const code = await bundled(`import { ${name} } from 'lanewise'; console.log(new ${name}());`);
    const mine = listed.filter(({ spec }) => spec.name === name).map(({ spec }) => spec.family.name);
    const carried = pieces.flatMap(([family, piece]) => (code.includes(piece) ? [family] : []));
    expect(carried, name).toEqual([...texts.keys()].filter((family) => mine.includes(family)));
  }
});
