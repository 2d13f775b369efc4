import binary from '../../../build/release/layernorm.wasm?text';
import { layernorm } from '../reference/layernorm.js';
import type { KernelFamily } from './family.js';

/** Layer normalisation, along each row. Units and layout as `KernelFamily` says. */
export interface LayerNormKernels {
  /**
   * statistics(n): mean and rstd = 1 / √(variance + eps) of each row of x(n,m), two doubles, 16 bytes;
   * y(n,m) = (x − mean) · rstd · weight(m) + bias(m). `weight = 0`: neither of the two.
   */
  layerNormForward(
    y: number,
    statistics: number,
    x: number,
    weight: number,
    bias: number,
    n: number,
    m: number,
    eps: number,
  ): void;

  /**
   * With h = (x − mean) · rstd and g = dy · weight: dweight(m) = Σ dy · h and dbias(m) = Σ dy down the rows,
   * dx = rstd · (g − Σ g / m − h · Σ (g · h) / m), these sums along the row. `weight = 0`: g = dy, no dweight and dbias.
   */
  layerNormBackward(
    dx: number,
    dweight: number,
    dbias: number,
    dy: number,
    x: number,
    statistics: number,
    weight: number,
    n: number,
    m: number,
  ): void;
}

/** The kernels of `LayerNorm`; `core.use(layernormKernels)` has them. */
export const layernormKernels: KernelFamily<LayerNormKernels> = {
  name: 'layernorm',
  binary,
  reference: layernorm,
};
