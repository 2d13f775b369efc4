import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ENTRIES } from './exported.js';

const pages = readdirSync('docs').filter((file) => file.endsWith('.md'));

/** The JavaScript of a page, one block behind the other, and what its comments say that it prints. */
function codeOf(page: string): { code: string; printed: string[] } {
  const blocks = [...readFileSync(`docs/${page}`, 'utf8').matchAll(/^```js\n(.*?)^```$/gms)].map(
    ([, block]) => block,
  );
  const code = blocks.join('\n');
  const printed = code.split('\n').flatMap((line) => {
    const [, own] = /console\.log\(.*\);? \/\/ (.*)$/.exec(line) ?? [];
    const [, after] = /^\/\/ (.*)$/.exec(line) ?? [];
    return own ?? after ?? [];
  });
  return { code, printed };
}

test('there are at most eight pages', () => {
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.length).toBeLessThanOrEqual(8);
});

test('the table of what a program loads has every entry', () => {
  const text = readFileSync('docs/embedding.md', 'utf8');
  const [, table] = /## What a program loads\n(.*?)\n## /s.exec(text) as unknown as string[];
  const listed = [...table.matchAll(/^\| `(lanewise[^`]*)`/gm)].map(([, entry]) => entry);
  expect(listed.sort()).toEqual(Object.keys(ENTRIES).sort());
});

test.each(pages)('%s: its code runs as it stands, and prints what it says', async (page) => {
  const { code, printed } = codeOf(page);
  if (code === '') return;
  // Beside the programs, where the package finds itself by its name.
  const file = `docs/programs/.${page}.mjs`;
  writeFileSync(file, code);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    expect(stdout.trimEnd().split('\n').filter(Boolean)).toEqual(printed);
  } finally {
    rmSync(file);
  }
});

test.each(pages)('%s: what it shows of a program is that program', (page) => {
  const text = readFileSync(`docs/${page}`, 'utf8');
  const programs = readdirSync('docs/programs').map((file) => readFileSync(`docs/programs/${file}`, 'utf8'));
  for (const [, block] of text.matchAll(/^```mjs\n(.*?)^```$/gms)) expect(programs).toContain(block);
});

test.each(pages)('%s: what it links to is there', (page) => {
  const text = readFileSync(`docs/${page}`, 'utf8');
  for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
    expect(() => readFileSync(`docs/${target}`), target).not.toThrow();
});
