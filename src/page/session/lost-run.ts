/** What a reload loses, in a note that outlives the page: which runs, and how far they had come. */

import { readAddress, writeAddress } from '../settings/address.js';
import type { RunView } from './open-runs.js';

/** Of `sessionStorage`, as far as a note needs it. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'lanewise: the run of this tab';

export interface LostRun {
  address: string;
  /** Steps made; the runs make the same ones again, bit for bit, unless they went on from a file. */
  step: number;
  /** Files of their lists of names. */
  lists: string[];
  /** The checkpoint that one of them went on from, which its address does not say. */
  checkpoint?: string;
}

/** Undefined where the browser forbids it. */
export function tabStore(): Store | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

/** An address as the page writes it. */
const canonical = (address: string): string => writeAddress(readAddress(address).runs);

export const addressOf = (shown: readonly RunView[]): string =>
  writeAddress(shown.map(({ linked }) => linked));

/** Notes what a reload would lose of the runs that are shown; nothing where they are at step 0. */
export function noteRuns(store: Store | undefined, shown: readonly RunView[]): void {
  const files = shown.flatMap(({ info: { file } }) => (file === undefined ? [] : [file.source]));
  const note: LostRun = {
    address: addressOf(shown),
    step: Math.max(...shown.map(({ frame }) => frame.peek().step)),
    lists: [...new Set(shown.flatMap(({ names }) => (names === undefined ? [] : [names.source])))],
    ...(files.length > 0 && { checkpoint: files[0] }),
  };
  if (!(note.step > 0)) {
    forgetRuns(store);
    return;
  }
  try {
    store?.setItem(KEY, JSON.stringify(note));
  } catch {
    // Full, or forbidden: then a reload begins anew without a word.
  }
}

/** First digits of the SHA-256 of the lists that lost runs are on. */
export const listsOf = (lost: LostRun | undefined): string[] =>
  lost === undefined ? [] : readAddress(lost.address).runs.flatMap(({ names }) => names ?? []);

export function forgetRuns(store: Store | undefined): void {
  try {
    store?.removeItem(KEY);
  } catch {
    // Forbidden: then there is none.
  }
}

/** The runs of the note; undefined where there is none, or none that this page can read. */
export function lostRun(store: Store | undefined): LostRun | undefined {
  try {
    const { address, step, lists, checkpoint } = JSON.parse(store?.getItem(KEY) ?? '{}') as Partial<LostRun>;
    const sound =
      typeof address === 'string' &&
      canonical(address) === address &&
      Number.isSafeInteger(step) &&
      Array.isArray(lists);
    if (!sound || !step || step < 0) return undefined;
    return {
      address,
      step,
      lists: lists.map(String),
      ...(checkpoint !== undefined && { checkpoint: String(checkpoint) }),
    };
  } catch {
    return undefined;
  }
}
