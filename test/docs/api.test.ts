import { describe, expect, test } from 'vitest';
import { ENTRIES, type Exported, exportedOf } from './exported.js';

// What a user writes: the names, and of all options their names and types. A line that changes or goes is a program of a
// user's that no longer compiles, and belongs into the changelog; `npx vitest run -u` takes it over.

/** The members of an interface, without their docstrings. */
function membersOf({ source }: Exported): string[] {
  const body = source.slice(source.indexOf('{') + 1, source.indexOf('\n}'));
  return body
    .replace(/\/\*\*.*?\*\//gs, '')
    .replace(/\/\/.*$/gm, '')
    .split(/;\s*\n|;\s*$/)
    .map((each) => each.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

describe.each(Object.entries(ENTRIES))('%s', (entry, file) => {
  test('has the names and the options that it had', async () => {
    const lines = exportedOf(file)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((one) => [
        `${one.kind} ${one.name}`,
        ...(one.kind === 'interface' && one.name.endsWith('Options')
          ? membersOf(one).map((each) => `  ${each}`)
          : []),
      ]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
      `api/${entry.replace('lanewise/', '') || 'lanewise'}.txt`,
    );
  });
});
