/** Keeps the open notebook in the browser, so that it comes back; tabs do not overwrite one another. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Store } from './store.js';

export type Origin = 'built-in' | 'file' | 'link';

/** A notebook with what its reader did to it. Texts are notebooks in the format. */
export interface Kept {
  origin: Origin;
  /** Of the file. */
  name: string;
  /** Whether the reader let it run. */
  allowed: boolean;
  /** As it was opened. */
  opened: string;
  now: string;
}

interface Stored extends Kept {
  /** Goes up with each write. */
  version: number;
}

/** Under this the key of the notebook that was open last. */
const OPEN = 'open';

/** Another tab has changed the same notebook since this one read it. */
class Conflict extends Error {}

export class Keeper {
  readonly #store: Store | undefined;
  readonly #onRefused: (reason: string) => void;
  readonly #conflict = signal(false);
  /**
   * Whether another tab has changed the notebook: nothing is kept from here on, until the reader says which of the two
   * stays.
   */
  readonly conflict: ReadonlySignal<boolean> = this.#conflict;
  #key: string | undefined;
  #version = 0;
  #next: Kept | undefined;
  #writing: Promise<void> | undefined;
  #refused = false;

  /** @param onRefused called once where nothing can be kept, with the reason */
  constructor(store: Store | undefined, onRefused: (reason: string) => void) {
    this.#store = store;
    this.#onRefused = onRefused;
  }

  /** The key of the notebook that was open last. */
  async lastKey(): Promise<string | undefined> {
    const key = await this.#read(OPEN);
    return typeof key === 'string' ? key : undefined;
  }

  /** From here on this is the notebook that is kept. What is kept of it already; undefined where there is nothing. */
  async open(key: string): Promise<Kept | undefined> {
    await this.#write(OPEN, () => key);
    let stored: Stored | undefined;
    do {
      // What is changed meanwhile is still kept as the notebook that it was changed in.
      await this.settled();
      stored = asStored(await this.#read(key));
    } while (this.#writing !== undefined);
    this.#key = key;
    this.#version = stored?.version ?? 0;
    this.#conflict.value = false;
    return stored;
  }

  /** Keeps the notebook as it is now; of several while one is written, the last. */
  keep(kept: Kept): void {
    if (this.#conflict.peek()) return;
    this.#next = kept;
    this.#writing ??= this.#writeAll();
  }

  /** After a conflict: this tab's notebook takes the place of the other's. */
  async keepMine(kept: Kept): Promise<void> {
    const key = this.#key;
    if (key === undefined) return;
    this.#version = asStored(await this.#read(key))?.version ?? 0;
    this.#conflict.value = false;
    this.keep(kept);
    await this.settled();
  }

  /** Resolves once all that was to be kept is kept, or was refused. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // A change in several steps is written once.
    await Promise.resolve();
    while (this.#next !== undefined && !this.#conflict.peek()) {
      const kept = this.#next;
      this.#next = undefined;
      await this.#write(this.#key as string, (old) => {
        const version = asStored(old)?.version ?? 0;
        if (version !== this.#version) throw new Conflict();
        return { ...kept, version: version + 1 } satisfies Stored;
      }).then((written) => {
        if (written) this.#version++;
      });
    }
    this.#next = undefined;
    this.#writing = undefined;
  }

  async #read(key: string): Promise<unknown> {
    try {
      return await this.#store?.get(key);
    } catch (error) {
      this.#refuse(error);
      return undefined;
    }
  }

  /** Whether it is written. */
  async #write(key: string, change: (old: unknown) => unknown): Promise<boolean> {
    try {
      await this.#store?.update(key, change);
      return this.#store !== undefined;
    } catch (error) {
      if (error instanceof Conflict) this.#conflict.value = true;
      else this.#refuse(error);
      return false;
    }
  }

  #refuse(error: unknown): void {
    if (this.#refused) return;
    this.#refused = true;
    this.#onRefused(error instanceof Error ? error.message || error.name : String(error));
  }
}

/** What is in the store is of an earlier visit, perhaps to an earlier page. */
function asStored(value: unknown): Stored | undefined {
  const stored = value as Partial<Stored> | undefined;
  const isStored =
    typeof stored?.version === 'number' &&
    typeof stored.opened === 'string' &&
    typeof stored.now === 'string' &&
    typeof stored.name === 'string' &&
    typeof stored.allowed === 'boolean' &&
    ['built-in', 'file', 'link'].includes(stored.origin ?? '');
  return isStored ? (stored as Stored) : undefined;
}
