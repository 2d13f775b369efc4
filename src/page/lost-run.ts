/** What a reload loses, in a note that outlives the page: which runs, and how far they had come. */

/** Of `sessionStorage`, as far as a note needs it. */
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'lanewise: the run of this tab';

interface Note {
  address: string;
  /** Steps made; the runs make the same ones again, bit for bit. */
  step: number;
}

/** Undefined where the browser forbids it. */
export function tabStore(): Store | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

export function writeNote(store: Store | undefined, { address, step }: Note): void {
  try {
    if (step > 0) store?.setItem(KEY, JSON.stringify({ address, step }));
    else store?.removeItem(KEY);
  } catch {
    // Full, or forbidden: then a reload begins anew without a word.
  }
}

/** The steps that the runs of an address had made; undefined where none is known. */
export function lostStep(store: Store | undefined, address: string): number | undefined {
  try {
    const { address: noted, step } = JSON.parse(store?.getItem(KEY) ?? '{}') as Partial<Note>;
    return noted === address && Number.isSafeInteger(step) && Number(step) > 0 ? step : undefined;
  } catch {
    return undefined;
  }
}
