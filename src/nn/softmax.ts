import { expectOptions } from '../core/expect.js';
import { softmaxKernels } from '../core/kernels/softmax.js';
import { softmaxRowsKernels } from '../core/kernels/softmax-rows.js';
import type { Tensor } from '../core/tensor.js';
import type { NoOptions } from './activation.js';
import { BaseLayer } from './base-layer.js';

/**
 * y = eˣ / Σ eˣ over the columns of each row; dx = y (dy − Σ dy y); x and y (n, any columns). For training, give logits to `CrossEntropyLoss`, which
 * holds it already.
 *
 * Errors: as of any layer. A NaN, a +∞ or a row of −∞ makes the row NaN, as in torch. Source: torch.nn.Softmax(dim=1).
 */
export class Softmax extends BaseLayer {
  readonly keepsColumns = true;

  constructor(options: NoOptions = {}) {
    super('Softmax');
    expectOptions('Softmax', options, []);
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    x.core.use(softmaxKernels).softmaxForward(out.pointer, x.pointer, x.rows, x.columns);
    return out;
  }

  backward(dy: Tensor): Tensor {
    this.end(dy);
    const dx = this.dx as Tensor;
    const { core, pointer, rows, columns } = dy;
    core.use(softmaxRowsKernels).softmaxBackward(dx.pointer, pointer, this.out.pointer, rows, columns);
    return dx;
  }
}

/**
 * y = x − ln Σ eˣ over the columns of each row; dx = dy − eʸ Σ dy; x and y (n, any columns). Errors: as `Softmax`.
 * Source: torch.nn.LogSoftmax(dim=1).
 */
export class LogSoftmax extends BaseLayer {
  readonly keepsColumns = true;

  constructor(options: NoOptions = {}) {
    super('LogSoftmax');
    expectOptions('LogSoftmax', options, []);
  }

  protected override extraShapes(capacity: number): number[][] {
    return [[capacity, 2]];
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    // Of each row ln Σ eˣ, in double.
    const logSums = this.extra[0].pointer;
    const { core, pointer, rows, columns } = x;
    core.use(softmaxKernels).logSumExp(logSums, pointer, rows, columns);
    core.use(softmaxRowsKernels).logSoftmaxForward(out.pointer, pointer, logSums, rows, columns);
    return out;
  }

  backward(dy: Tensor): Tensor {
    this.end(dy);
    const dx = this.dx as Tensor;
    const { core, pointer, rows, columns } = dy;
    core.use(softmaxRowsKernels).logSoftmaxBackward(dx.pointer, pointer, this.out.pointer, rows, columns);
    return dx;
  }
}
