import type { Core } from '../core/core.js';
import { expectRows } from '../core/expect.js';
import { packRows, type RowData } from '../core/rows.js';
import { Indices, Tensor } from '../core/tensor.js';
import type { IndexLayer, Layer } from './layer.js';

/** Rows that are computed at a time. */
const CHUNK = 256;

/** What `Sequential.predict` says; `first`: the layer that sees x. */
export function predict<Input extends Tensor | Indices>(
  place: string,
  model: Layer<Input> & { readonly training: boolean; train(): unknown; eval(): unknown },
  core: Core,
  first: Layer,
  x: RowData,
): Float32Array {
  const { inputDtype = 'float32', inFeatures, training } = model;
  const { values, count, columns } = packRows(place, 'x', x, inputDtype, inFeatures);
  (first as IndexLayer).expectIndices?.(place, values, columns);
  if (training) model.eval();
  const shape = [Math.min(count, CHUNK), columns];
  const input = inputDtype === 'int32' ? new Indices(core, shape) : new Tensor(core, shape);
  try {
    let outputs: Float32Array | undefined;
    for (let from = 0; from < count; from += CHUNK) {
      input.resize(Math.min(CHUNK, count - from));
      // x is of the input's kind by packRows.
      input.gather(values as never, from);
      const out = model.forward(input as never);
      expectRows(`${place}: the output`, input.rows, out.rows);
      outputs ??= new Float32Array(count * out.columns);
      outputs.set(out.toArray(), from * out.columns);
    }
    return outputs as Float32Array;
  } finally {
    input.dispose();
    if (training) model.train();
  }
}
