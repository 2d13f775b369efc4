import type { Origin } from '../divergence.js';
import { type Failed, HUGE } from './failed.js';

/** An element of the batch that is not finite. */
export const inBatch = (failed: Failed): Origin | undefined => notFinite(ofBatch(failed, isNotFinite));

/** The same of the minibatch of the last update. */
export const inLastBatch = (failed: Failed): Origin | undefined => notFinite(ofTrained(failed, isNotFinite));

/** What is too large to compute with, in either. */
export function hugeInput(failed: Failed): Origin | undefined {
  const isHuge = (value: number) => Math.abs(value) >= HUGE;
  const found =
    ofBatch(failed, isHuge) ?? (failed.steps > failed.begin ? ofTrained(failed, isHuge) : undefined);
  return inputOrigin(found, `, too large to compute with; scale the columns of ${found?.name}`);
}

const isNotFinite = (value: number): boolean => !Number.isFinite(value);

const notFinite = (found: Element | undefined): Origin | undefined =>
  inputOrigin(found, '; examples have to be finite');

/** An element of an example's x or y. */
interface Element {
  name: 'x' | 'y';
  example: number;
  column: number;
  value: number;
}

const inputOrigin = (found: Element | undefined, what: string): Origin | undefined =>
  found && {
    kind: 'input',
    place: `example ${found.example}`,
    text: `column ${found.column} of ${found.name} is ${found.value} in example ${found.example}${what}`,
  };

/** The first such number of the batch, in its x and then in its y. */
function ofBatch(failed: Failed, isSuch: IsSuch): Element | undefined {
  for (const name of ['x', 'y'] as const) {
    const tensor = failed[name];
    const found =
      tensor.dtype === 'float32' && firstOf(name, tensor.toArray(), tensor.columns, failed.exampleOf, isSuch);
    if (found) return found;
  }
  return undefined;
}

/** The first such number of the minibatch of the last update. */
function ofTrained({ trained: { examples, rows: picks } }: Failed, isSuch: IsSuch): Element | undefined {
  for (const name of ['x', 'y'] as const) {
    const values = examples[name];
    const columns = values.length / examples.count;
    const rows = Float32Array.from(
      { length: picks.length * columns },
      (_, i) => values[picks[Math.floor(i / columns)] * columns + (i % columns)],
    );
    const found = firstOf(name, rows, columns, (row) => picks[row], isSuch);
    if (found) return found;
  }
  return undefined;
}

type IsSuch = (value: number) => boolean;

function firstOf(
  name: Element['name'],
  values: Float32Array,
  columns: number,
  exampleOf: (row: number) => number,
  isSuch: IsSuch,
): Element | undefined {
  const at = values.findIndex(isSuch);
  if (at < 0) return undefined;
  return { name, example: exampleOf(Math.floor(at / columns)), column: at % columns, value: values[at] };
}
