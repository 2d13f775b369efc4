import binary from '../../../build/release/linear.wasm?text';
import { linear } from '../reference/linear.js';
import type { KernelFamily } from './family.js';

/** The products of a linear layer. Units and layout as `KernelFamily` says. */
export interface LinearKernels {
  /** y(n,m) = x(n,k) w(k,m) + b(m); `b = 0`: no bias. */
  linearForward(y: number, x: number, w: number, b: number, n: number, k: number, m: number): void;

  /**
   * dx(n,k) = dy(n,m) wᵀ, dw(k,m) = xᵀ dy, db(m) = column sums of dy; `dx = 0` or `db = 0`: not wanted.
   * `scratch` holds 3/2 · m · rowStride(k) floats (w, or dy and dx, transposed).
   */
  linearBackward(
    dx: number,
    dw: number,
    db: number,
    dy: number,
    x: number,
    w: number,
    scratch: number,
    n: number,
    k: number,
    m: number,
  ): void;
}

/** The kernels of `Linear`: matrix products; `core.use(linearKernels)` has them. */
export const linearKernels: KernelFamily<LinearKernels> = { name: 'linear', binary, reference: linear };
