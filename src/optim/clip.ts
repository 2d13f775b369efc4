import { expectNumber, expectOptions } from '../core/expect.js';
import { clipKernels } from '../core/kernels/clip.js';
import type { Parameter } from '../nn/layer.js';

/** Of `clipGradNorm`. */
export interface ClipGradNormOptions {
  /** 2 (default), the root of the sum of the squares, or ∞, the largest size. */
  normType?: 2 | typeof Infinity;
}

/**
 * Scales all gradients by one factor, min(1, maxNorm / (norm + 1e-6)), so that their norm, taken of all of them together,
 * is at most maxNorm; returns what it was before. Between backward and update: the `clip` of a `Trainer`.
 *
 * Errors: RangeError for a maxNorm that is negative, or a normType that is neither 2 nor ∞. A norm that is NaN or infinite
 * makes the gradients so. Source: torch.nn.utils.clip_grad_norm_.
 */
export function clipGradNorm(
  parameters: readonly Parameter[],
  maxNorm: number,
  options: ClipGradNormOptions = {},
): number {
  expectNumber('clipGradNorm', 'maxNorm', maxNorm, 0, 3.4028234663852886e38);
  expectOptions('clipGradNorm', options, ['normType']);
  const { normType = 2 } = options;
  if (normType !== 2 && normType !== Infinity)
    throw new RangeError(`clipGradNorm: expected normType 2 or Infinity, got ${normType}`);
  let norm = 0;
  for (const { grad } of parameters) {
    const { core, pointer, rows, columns } = grad;
    const kernels = core.use(clipKernels);
    if (normType === 2) norm += kernels.sumOfSquares(pointer, rows, columns);
    else norm = Math.max(norm, kernels.largestSize(pointer, rows, columns));
  }
  if (normType === 2) norm = Math.sqrt(norm);
  const factor = maxNorm / (norm + 1e-6);
  if (!(factor >= 1))
    for (const { grad } of parameters)
      grad.core.use(clipKernels).scaleBy(grad.pointer, grad.rows, grad.columns, factor);
  return norm;
}

/** Puts every element of every gradient between −limit and limit; NaN stays. Errors: as `clipGradNorm`. Source: torch.nn.utils.clip_grad_value_. */
export function clipGradValue(parameters: readonly Parameter[], limit: number): void {
  expectNumber('clipGradValue', 'limit', limit, 0, 3.4028234663852886e38);
  for (const { grad } of parameters)
    grad.core.use(clipKernels).clampTo(grad.pointer, grad.rows, grad.columns, limit);
}
