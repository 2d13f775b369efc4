// What the page loads before a run can be played, and what it loads after its first paint, as a server compresses it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** As `node .ci/build.mjs --page` has built it. */
const folder = here('../../build/page');

const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const gzipped = (file: string) => gzipSync(readFileSync(join(folder, file))).length;
const matches = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), ([, name]) => name);

/** A file with all that it imports statically, and they in turn. */
function closure(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  if (file.endsWith('.js'))
    for (const name of matches(read(file), /(?:\bfrom|\bimport)\s*["'`]\.\/([\w.-]+\.js)["'`]/g))
      closure(`assets/${name}`, found);
  return found;
}

/** The file of that beginning that one of the files imports when it runs. */
function later(files: Iterable<string>, beginning: string): string {
  for (const file of files)
    for (const name of matches(read(file), /\bimport\(\s*["'`]\.\/([\w.-]+\.js)["'`]\s*\)/g))
      if (name.startsWith(beginning)) return `assets/${name}`;
  throw new Error(`expected ${[...files].join(', ')} to import ${beginning}…, found no such import`);
}

/** A document with all that it names. */
function documentOf(name: string): Set<string> {
  const found = new Set([name]);
  for (const file of matches(read(name), /(?:src|href)="\.\/([^"]+)"/g)) closure(file, found);
  return found;
}

function firstLoad(): Set<string> {
  const found = documentOf('index.html');
  const [worker] = [...found].flatMap((file) => matches(read(file), /["'`](worker-[\w-]+\.js)["'`]/g));
  const trains = closure(`assets/${worker}`);
  for (const file of [...trains, ...closure(later(trains, 'ssa-2018'))]) found.add(file);
  return found;
}

/** Prints each size, and returns the sum in kB. */
function weigh(title: string, files: Iterable<string>): number {
  const sizes = Array.from(files, (file) => ({ file, kB: gzipped(file) / 1000 }));
  const sum = sizes.reduce((all, { kB }) => all + kB, 0);
  const rows = sizes.map(({ file, kB }) => `  ${kB.toFixed(1).padStart(6)} kB  ${file}`);
  console.log([`${title}: ${sum.toFixed(1)} kB gzip`, ...rows].join('\n'));
  return sum;
}

test('the first load, until a run can be played, stays below 350 kB', () => {
  const files = firstLoad();
  for (const file of files) expect(existsSync(join(folder, file)), file).toBe(true);
  expect([...files].filter((file) => /worker-|ssa-2018|\.css$/.test(file)).length).toBe(4);
  expect(weigh('first load', files)).toBeLessThan(350);
});

test('the charts’ library, after the first paint, stays below 210 kB, without reports and SVG renderer', () => {
  const first = firstLoad();
  const charts = [...closure(later(first, 'charts-'))].filter((file) => !first.has(file));
  expect(weigh('charts', charts)).toBeLessThan(210);
  const text = charts.map(read).join('');
  expect(/registerPainter\(.svg/.test(text)).toBe(false);
  expect(text.includes('<!doctype html>')).toBe(false);
});

test('the panel that measures the browser is not in the first load', () => {
  const first = firstLoad();
  const panel = later(first, 'panel-');
  expect(first.has(panel)).toBe(false);
  weigh(
    'panel',
    [...closure(panel)].filter((file) => !first.has(file)),
  );
});

test('the notebook stays below 600 kB until one can edit it, all that helps an editor included', () => {
  const first = documentOf('notebook.html');
  const found = new Set(first);
  const editor = later(first, 'editor-');
  for (const file of closure(editor)) found.add(file);
  const hints = later(closure(editor), '_virtual_hints-');
  for (const file of closure(hints)) found.add(file);
  for (const file of found) expect(existsSync(join(folder, file)), file).toBe(true);
  expect(weigh('until the notebook is edited', found)).toBeLessThan(600);
  // What is seen first needs none of these.
  for (const late of [editor, hints]) expect(first.has(late), late).toBe(false);
  expect([...first].filter((file) => /parts-|charts-/.test(file))).toEqual([]);
});
