import { expectRows, expectTensor } from './expect.js';
import { linearKernels } from './kernels/linear.js';
import type { Tensor } from './tensor.js';

/**
 * The product a b of matrices a (n, k) and b (k, m): a new tensor (n, m) of their core, or `out`, overwritten and returned.
 * A vector is one row. Bits are those of `Linear` without a bias.
 *
 * Errors: TypeError for what is no float32 tensor or lies in another core; RangeError for sizes that do not fit, and for an
 * `out` that is a factor. Source: torch.matmul.
 */
export function matmul(a: Tensor, b: Tensor, out?: Tensor): Tensor {
  expectTensor('matmul', 'a', a?.core, 'float32', a);
  expectTensor('matmul', 'b', a.core, 'float32', b);
  expectRows('matmul: b', a.columns, b.rows);
  const c = target('matmul', [a, b], a.rows, b.columns, out);
  a.core.use(linearKernels).linearForward(c.pointer, a.pointer, b.pointer, 0, a.rows, a.columns, b.columns);
  return c;
}

/**
 * The transpose of a matrix (n, m): a new tensor (m, n) of its core, or `out`, overwritten and returned. A vector is one row.
 *
 * Errors: as `matmul`. Source: torch.t.
 */
export function transpose(a: Tensor, out?: Tensor): Tensor {
  expectTensor('transpose', 'a', a?.core, 'float32', a);
  const t = target('transpose', [a], a.columns, a.rows, out);
  const { f32 } = a.core;
  const [from, to] = [a.pointer >>> 2, t.pointer >>> 2];
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++) f32[to + j * t.stride + i] = f32[from + i * a.stride + j];
  return t;
}

/** What is written to: `out`, with so many rows, or a tensor that is made. */
function target(
  place: string,
  inputs: readonly Tensor[],
  rows: number,
  columns: number,
  out = inputs[0].core.tensor([rows, columns]),
): Tensor {
  expectTensor(place, 'out', inputs[0].core, 'float32', out);
  if (inputs.includes(out) || out.columns !== columns)
    throw new RangeError(
      `${place}: expected an out of its own with ${columns} columns, got ${inputs.includes(out) ? 'an input' : out.columns}`,
    );
  out.resize(rows, place);
  // So that it counts as written.
  void out.data;
  return out;
}
