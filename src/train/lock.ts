/**
 * What goes on with a model. Runs, evaluations and the like share its buffers and the mode of its layers: one at a time,
 * whichever trainer it is.
 */
const held = new WeakMap<object, { by: object; what: string }>();

/** Error where something goes on with the model, but for what `by` itself does and is `allowed`. */
export function expectFree(place: string, model: object, by: object, allowed?: string): void {
  const now = held.get(model);
  if (now === undefined || (now.by === by && now.what === allowed)) return;
  const other = now.by === by ? '' : ' of another trainer of the model';
  throw new Error(`${place}: expected ${now.what}${other} to have ended, got a call while it goes on`);
}

/** Holds the model, which is free, until the work has ended, and `leave` after it. */
export async function holding<T>(
  model: object,
  by: object,
  what: string,
  work: () => Promise<T>,
  leave: () => void,
): Promise<T> {
  held.set(model, { by, what });
  try {
    return await work();
  } finally {
    held.delete(model);
    leave();
  }
}
