// Checkpoints whose metadata are large, and what `lanewise inspect` has to print of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { lanewise } from './command.js';
import { sealed } from './sealed.js';

async function inspect(folder: string, metadata: [string, string][]): Promise<string[]> {
  writeFileSync(join(folder, 'large.st'), sealed([['lanewise', '1'], ...metadata]));
  const { code, stdout, stderr } = await lanewise(['inspect', 'large.st'], { cwd: folder });
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n');
}

/** One value of so many characters, 😀 among them, as text of another program and as each key of a run's own. */
export async function expectLongValuesCut(folder: string, characters: number): Promise<void> {
  const long = 'x'.repeat(79) + '😀'.repeat(characters - 79);
  const size = characters.toLocaleString('en');
  const lines = await inspect(folder, [
    ['notes', long],
    ['names', JSON.stringify({ path: long, sha256: 'f', count: 6 })],
    ['settings', JSON.stringify({ net: long })],
    ['vocabulary', JSON.stringify(['.', long])],
    [long, ''],
  ]);
  const line = (key: string) => lines.find((each) => each.startsWith(key))?.slice(15);
  expect(line('notes ')).toBe(`${'x'.repeat(79)}😀… (${size} characters)`);
  expect(line('names ')).toMatch(/^6 \(x{79}😀+… \([\d,]+ characters\)$/u);
  expect(line('settings ')).toMatch(/^net x{79}😀+… \([\d,]+ characters\)$/u);
  expect(line('vocabulary ')).toBe(`2: .${'x'.repeat(59)}…`);
  expect(lines).toContain(`${'x'.repeat(60)}… (${size} characters) `);
  expect(lines.every((each) => [...each].length < 5100)).toBe(true);
}

/** So many keys: the first thousand are listed, the others counted. */
export async function expectManyKeysCounted(folder: string, keys: number): Promise<void> {
  const lines = await inspect(
    folder,
    Array.from({ length: keys }, (_, i) => [`key${i}`, `value ${i}`]),
  );
  // The format's version is one of them.
  expect(lines[999]).toBe('key998         value 998');
  // Those behind, and the checksum.
  expect(lines.slice(1000, 1002)).toEqual([`… and ${(keys - 998).toLocaleString('en')} more`, '']);
}
