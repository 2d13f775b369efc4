import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { parseNotebook } from '../../src/notebook/format.js';

const folder = 'build/notebook-types';
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What every cell has. */
const GIVEN = `import type { NameList } from 'lanewise/makemore';
import type { Standard } from '../../src/notebook/standard.js';
declare const display: Standard['display'];
declare const expect: Standard['expect'];
declare const check: Standard['check'];
declare const slider: Standard['slider'];
declare const progress: Standard['progress'];
declare const given: { names: NameList | undefined; long: boolean };
`;

/** What TypeScript says of cells, one behind the other: not strict, as an editor that helps and does not teach. */
function typeErrors(sources: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/cells.ts`, GIVEN + sources.join('\n'));
  const compilerOptions = {
    strict: false,
    exactOptionalPropertyTypes: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noImplicitReturns: false,
    verbatimModuleSyntax: false,
    // The package's own.
    paths: {
      lanewise: ['../../dist/types/index.d.ts'],
      'lanewise/diagnostics': ['../../dist/types/diagnostics/index.d.ts'],
      'lanewise/checkpoint': ['../../dist/types/interchange/index.d.ts'],
      'lanewise/makemore': ['../../dist/types/makemore/index.d.ts'],
      'lanewise/charts': ['../../dist/types/charts/index.d.ts'],
    },
  };
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: ['cells.ts'] }),
  );
  return spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], { encoding: 'utf8' })
    .stdout;
}

test('the cells of part 3 are what the types of the public API allow', () => {
  const { cells } = parseNotebook(readFileSync('src/page/notebook/part-3.html', 'utf8'), 'part-3.html');
  const code = cells.filter(({ mode }) => mode === 'ts').map(({ source }) => source);
  expect(typeErrors(code)).toBe('');
  expect(typeErrors([...code, 'new Linear(1);'])).toMatch(/TS2554/);
});
