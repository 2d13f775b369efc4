/** Lists of names that the visitor dropped, kept in the tab, so that a reload finds them again. */

import type { NamesFile } from '../engine/protocol.js';
import type { Store } from './lost-run.js';
import type { RunView } from './open-runs.js';

export interface KeptList extends NamesFile {
  sha256: string;
}

const KEY = 'lanewise: the lists of this tab';
/** Characters of all lists together: a browser has room for some five million. */
const MOST = 2 ** 21;

/** Keeps the lists of the runs that are shown, in place of those before; what is too large is left out. */
export function keepLists(store: Store | undefined, shown: readonly RunView[]): void {
  try {
    const lists = new Map<string, { source: string; text: string }>();
    let room = MOST;
    for (const { names, info } of shown) {
      if (names === undefined || lists.has(info.names.sha256) || names.bytes.length > 4 * room) continue;
      // The bytes are UTF-8, or they would be no list; and they come back as they are.
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(names.bytes);
      if (text.length > room) continue;
      room -= text.length;
      lists.set(info.names.sha256, { source: names.source, text });
    }
    if (lists.size > 0) store?.setItem(KEY, JSON.stringify([...lists]));
    else store?.removeItem(KEY);
  } catch {
    // Full, or forbidden: then the page says which file it needs.
  }
}

/** The lists that were kept; none where that cannot be read. */
export function keptLists(store: Store | undefined): KeptList[] {
  try {
    const lists = JSON.parse(store?.getItem(KEY) ?? '[]') as [string, { source: string; text: string }][];
    return lists.map(([sha256, { source, text }]) => ({
      sha256: String(sha256),
      source: String(source),
      bytes: new TextEncoder().encode(text),
    }));
  } catch {
    return [];
  }
}
