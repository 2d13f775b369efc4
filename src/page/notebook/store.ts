/** Where a notebook is kept between visits. */
import { createStore, get, update } from 'idb-keyval';

export interface Store {
  /** Undefined where there is nothing. Rejects where nothing may be read. */
  get(key: string): Promise<unknown>;
  /** Changes a value, and no other tab does at the same time. Rejects where nothing can be kept, or `change` throws. */
  update(key: string, change: (old: unknown) => unknown): Promise<void>;
}

/** IndexedDB. A browser may refuse it, or have no room: then each call rejects. */
export function browserStore(): Store {
  let store: ReturnType<typeof createStore> | undefined;
  const open = () => {
    store ??= createStore('lanewise notebook', 'kept');
    return store;
  };
  return {
    // Opening throws in a place without IndexedDB: in an async function that rejects.
    get: async (key) => get(key, open()),
    update: async (key, change) => update(key, change, open()),
  };
}
