import type { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { lanewise, temporaryFolder } from './command.js';

const lecture = fileURLToPath(new URL('../../src/page/notebook/part-3.html', import.meta.url));
const { folder, remove } = temporaryFolder();
afterAll(remove);
const run = (...args: string[]) => lanewise(['notebook', ...args], { cwd: folder });

/** Writes a notebook of these cells; the first begins on line 5. */
function write(name: string, ...sources: string[]): string {
  const cells = sources.map(
    (source, i) => `<script id="${i + 1}" type="text/x-typescript">\n${source}\n</script>\n`,
  );
  writeFileSync(
    join(folder, name),
    `<!doctype html>\n<notebook>\n<title>Tried</title>\n${cells.join('')}</notebook>\n`,
  );
  return name;
}

describe('lanewise notebook', () => {
  it('lists the cells of a notebook, and runs none', async () => {
    const file = write(
      'list.html',
      '// What is written\nglobalThis.process.exit(7);',
      'const a = ;',
      'const b = 1',
    );
    const { code, stdout, stderr } = await run(file);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('Tried\n1  ts  What is written\n2  ts  const a = ;  Unexpected token\n3  ts  b\n');
  });

  it('runs the lecture: each recorded value agrees, and the exercises are open', async () => {
    const { code, stdout, stderr } = await run(lecture, '--run');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\n8 exercises still to do\n102 of 102 recorded values agree\n$/);
    expect(stdout).not.toMatch(/✗|failed|NaN|undefined/);
    expect(stdout).toMatch(/^ {2}parameters +12097 +12097 +✓$/m);
    expect(stdout).toMatch(/^ {2}loss at step 10000 +2\.0924\d+ +2\.0924 +✓$/m);
    expect(stdout).toMatch(/^ {2}name \[11\] +join\. +join\. +✓$/m);
    expect(stdout).toMatch(/^ {2}by the input +0\.995305\d? +0\.9953053 +✓$/m);
  });

  it('shows what cells show, beside what is recorded', async () => {
    const file = write(
      'shows.html',
      "import { load } from 'lanewise';\nimport { histogram } from 'lanewise/charts';\nconst core = await load();",
      "// A tensor\ndisplay(core.tensor([2, 2]).set([1, 2, 3, 4]));\ndisplay(histogram([1, 2]));\ndisplay([{ a: 1, b: 'x' }]);",
      "expect('one', 1.000001, 1);\nexpect('two', [1, 'x'], [1, 'x']);\nexpect('three', true);",
    );
    const { code, stdout } = await run(file, '--run');
    expect(code).toBe(0);
    expect(stdout).toContain(`
2  A tensor
  float32 (2, 2), mean 2.5, std 1.29099
  0  1
  1  2
  3  4
  [chart: histogram of 2 values]
  a  b
  1  x

3  expect('one', 1.000001, 1);
  one      1.000001  1  ✓
  two [0]         1  1  ✓
  two [1]         x  x  ✓
  three        true

3 of 3 recorded values agree
`);
  });

  it('exits with 1 where a value differs, or a cell fails, which it says with its place', async () => {
    const differs = await run(
      write('differs.html', "expect('a', 1.1, 1, 0.05);\nexpect('b', 1, 1);"),
      '--run',
    );
    expect(differs.code).toBe(1);
    expect(differs.stdout).toMatch(/^ {2}a {2}1\.1 {2}1 {2}✗ differs$/m);
    expect(differs.stdout).toMatch(/\n1 of 2 recorded values agree\n$/);
    const fails = await run(
      write(
        'fails.html',
        "import { Linear } from 'lanewise';",
        'const a: number = 1;\nnew Linear(0, a);\n',
        'a',
        "import 'fs';",
      ),
      '--run',
    );
    expect(fails.code).toBe(1);
    expect(fails.stdout).toContain(
      'fails.html:9: cell 2, line 2, column 1: RangeError: Linear: expected inFeatures to be an integer from 1',
    );
    expect(fails.stdout).toContain("cell 3 did not run: it needs 'a' of cell 2, which failed");
    expect(fails.stdout).toContain(
      'TypeError: expected a module of lanewise, lanewise/diagnostics, lanewise/checkpoint, lanewise/makemore, ' +
        "lanewise/charts, got 'fs'",
    );
    expect(fails.stdout).toMatch(/\n3 cells failed\n0 of 0 recorded values agree\n$/);
  });

  it('gives cells the names and whether to train long', async () => {
    const names = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i).repeat(3));
    writeFileSync(join(folder, 'names.txt'), names.join('\n'));
    const file = write('given.html', "display(given.names?.names.length + ' names, ' + given.long)");
    expect((await run(file, '--run')).stdout).toContain('  undefined names, false\n');
    expect((await run(file, '--run', '--long', '--names', 'names.txt')).stdout).toContain(
      '  26 names, true\n',
    );
  });

  it('ends a loop that says how far it is by Ctrl-C', async () => {
    const file = write('loop.html', 'let steps = 0; for (;;) await progress(++steps, 1e9);');
    let interrupted = false;
    const onOutput = (_: string, child: ReturnType<typeof spawn>) => {
      if (!interrupted) interrupted = child.kill('SIGINT');
    };
    const { code, stderr } = await lanewise(['notebook', file, '--run'], { cwd: folder, onOutput });
    expect([code, stderr]).toEqual([130, 'lanewise: interrupted before the last cell\n']);
  });

  it('writes it for Jupyter, and reads it from there', async () => {
    const { code, stdout } = await run(lecture, '--ipynb', 'part-3.ipynb');
    expect([code, stdout]).toEqual([0, '']);
    const { cells, metadata } = JSON.parse(readFileSync(join(folder, 'part-3.ipynb'), 'utf8'));
    expect(metadata.kernelspec.name).toBe('deno');
    expect(cells[2].source.join('')).toContain("} from 'npm:lanewise/makemore';");
    // And reads that as the notebook that it was.
    expect((await run('part-3.ipynb')).stdout).toBe((await run(lecture)).stdout);
  });

  it('refuses what it does not understand', async () => {
    writeFileSync(join(folder, 'text.html'), '<p>hello</p>');
    const refusals: [args: string[], message: string][] = [
      [[], 'notebook: expected a file, got none'],
      [['a.html', 'b.html'], "notebook: expected one file, got 'b.html' too"],
      [['missing.html'], 'missing.html: expected a notebook, got: no such file or directory'],
      [['text.html'], 'text.html:1:1: expected <notebook>, got <p>'],
      [['list.html', '--long'], '--long: expected --run with it, got none'],
      [['list.html', '--names', 'names.txt'], '--names: expected --run with it, got none'],
      [
        ['list.html', '--ipynb', 'list.html'],
        '--ipynb list.html: expected another file than that of notebook',
      ],
    ];
    for (const [args, message] of refusals) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout, stderr]).toEqual([2, '', `lanewise: ${message}\n`]);
    }
  });
});
