import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, folder, root, run, versionOf } from '../kit.mjs';

const ENTRIES = ['', '/diagnostics', '/checkpoint', '/makemore', '/charts'].map(
  (entry) => `lanewise${entry}`,
);
/** The packed library in the place of the one that the registry has. */
const imports = Object.fromEntries(ENTRIES.map((name) => [`npm:${name}`, fileOf(name)]));

/**
 * The lecture's notebook as it is written for Jupyter: its cells of code one after the other in one session of Deno's REPL,
 * which its kernel evaluates cells in. As many values agree as where `lanewise notebook` runs them.
 */
export const notebook = [
  {
    name: 'Deno: the notebook, cell by cell',
    async run() {
      const path = await folder({ 'deno.json': JSON.stringify({ imports }) }, { install: ['deno'] });
      const lecture = join(root, 'src/page/notebook/part-3.html');
      const printed = await run('lanewise', ['notebook', lecture, '--run', '--ipynb', 'part-3.ipynb'], {
        cwd: path,
        env: { NO_COLOR: '1' },
      });
      const [, agree, of] = /^(\d+) of (\d+) recorded values agree$/m.exec(printed) ?? [];
      const { cells } = JSON.parse(readFileSync(join(path, 'part-3.ipynb'), 'utf8'));
      const files = cells
        .filter(({ cell_type }) => cell_type === 'code')
        .map(({ id, source }) => {
          writeFileSync(join(path, `${id}.ts`), source.join(''));
          return `${id}.ts`;
        });
      const said = await run('deno', ['repl', '--allow-read', '--quiet', `--eval-file=${files.join(',')}`], {
        cwd: path,
      });
      const wrong = /^.*(?:✗|Error in --eval-file).*$/m.exec(said);
      if (wrong !== null)
        throw new Error(`expected each cell to run and each value to agree, got ${wrong[0]}`);
      const marks = said.match(/ ✓$/gm)?.length ?? 0;
      if (!(marks > 0 && marks === Number(agree) && agree === of))
        throw new Error(`expected ${agree} of ${of} values to agree, as in Node, got ${marks}`);
      return { version: `deno ${versionOf(path, 'deno')}`, note: `${marks} values agree` };
    },
  },
];
