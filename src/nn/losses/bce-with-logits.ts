import { expectOptions } from '../../core/expect.js';
import { bceKernels } from '../../core/kernels/bce.js';
import { came } from '../../core/kind.js';
import type { Tensor } from '../../core/tensor.js';
import { BaseLoss, type LossOptions } from './base-loss.js';
import { ColumnWeights } from './column-weights.js';

/** Of `BCEWithLogitsLoss`. */
export interface BCEWithLogitsLossOptions extends LossOptions {
  /** Weight of the positive class, of each column; default 1. Above 1 finds more of the rare, at the price of false ones. */
  posWeight?: ArrayLike<number>;
}

/**
 * Binary cross-entropy of logits y by targets t from 0 to 1, a column each:
 * loss = −(p t ln σ(y) + (1 − t) ln(1 − σ(y))), σ(y) = 1 / (1 + e⁻ʸ), its mean over all values; gradient
 * ((1 − t) − (1 + (p − 1) t) (1 − σ(y))) / (n · columns). In nats; without overflow for any finite logit.
 *
 * Errors: TypeError for an unknown option, RangeError for a target outside 0 … 1, or of another shape.
 * Source: torch.nn.BCEWithLogitsLoss.
 */
export class BCEWithLogitsLoss extends BaseLoss {
  declare readonly targetDtype: 'float32';
  readonly #posWeight: ColumnWeights | undefined;

  constructor(options: BCEWithLogitsLossOptions = {}) {
    expectOptions('BCEWithLogitsLoss', options, ['reduction', 'posWeight']);
    super('BCEWithLogitsLoss', options);
    const { posWeight } = options;
    if (posWeight !== undefined)
      this.#posWeight = new ColumnWeights('BCEWithLogitsLoss', 'posWeight', posWeight);
  }

  expectTargets(place: string, targets: Float32Array, columns: number): void {
    const wrong = targets.findIndex((target) => !(target >= 0 && target <= 1));
    if (wrong >= 0)
      throw new RangeError(
        `${place}: expected targets from 0 to 1, got ${came(targets[wrong])} in row ${Math.floor(wrong / columns)} of y`,
      );
  }

  protected reduce(y: Tensor, t: Tensor, gradient: number, losses: number, count: number): number {
    const { core, pointer, rows, columns } = y;
    const weights = this.#posWeight?.in(core, columns) ?? 0;
    const kernels = core.use(bceKernels);
    return (
      kernels.bceWithLogits(gradient, losses, pointer, t.pointer, weights, rows, columns, 1 / count) / count
    );
  }

  override dispose(): void {
    super.dispose();
    this.#posWeight?.dispose();
  }
}
