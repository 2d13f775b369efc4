import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseNotebook } from '../../../src/notebook/format.js';

const path = fileURLToPath(new URL('../../../src/page/notebook/part-3.html', import.meta.url));
const { cells } = parseNotebook(readFileSync(path, 'utf8'), 'part-3.html');

/** The number of the one cell whose source begins so: its comment, or its first words. */
export function cellThat(begins: string): number {
  const found = cells.filter(({ source }) => source.startsWith(begins));
  if (found.length !== 1) throw new Error(`expected one cell that begins ‘${begins}’, found ${found.length}`);
  return found[0].id;
}
