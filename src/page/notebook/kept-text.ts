import { type Notebook, parseNotebook } from '../../notebook/format.js';
import type { Origin } from './keeper.js';

/** What was kept is of an earlier page, perhaps: what cannot be read is not taken. */
export function readKept(text: string, name: string): Notebook | undefined {
  try {
    return parseNotebook(text, name);
  } catch {
    return undefined;
  }
}

/** Under what a notebook is kept: a file of the same name with another text is another notebook. */
export function keyOf(origin: Origin, name: string, text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `${origin} ${name} ${(hash >>> 0).toString(16)}`;
}
