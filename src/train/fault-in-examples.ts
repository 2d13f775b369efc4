import { type Failed, HUGE, type Origin } from './failed.js';

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
function ofBatch(failed: Failed, isSuch: (value: number) => boolean): Element | undefined {
  for (const name of ['x', 'y'] as const) {
    const { [name]: tensor, exampleOf } = failed;
    if (tensor.dtype !== 'float32') continue;
    const values = tensor.toArray();
    const at = values.findIndex(isSuch);
    const { columns } = tensor;
    if (at >= 0)
      return {
        name,
        example: exampleOf(Math.floor(at / columns)),
        column: at % columns,
        value: values[at],
      };
  }
  return undefined;
}

/** The first such number of the minibatch of the last update. */
function ofTrained({ examples, trained }: Failed, isSuch: (value: number) => boolean): Element | undefined {
  for (const name of ['x', 'y'] as const) {
    const values = examples[name];
    const columns = values.length / examples.count;
    for (const example of trained) {
      const row = values.subarray(example * columns, (example + 1) * columns);
      const column = row.findIndex(isSuch);
      if (column >= 0) return { name, example, column, value: row[column] };
    }
  }
  return undefined;
}
