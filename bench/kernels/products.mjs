// The three products of a linear layer, as rows to measure: kernels/table.mjs.
import { linearKernels } from '../../dist/index.js';
import { product, transposed } from './exact.mjs';
import { random } from './random.mjs';

/** Inputs, hidden units, outputs of the lecture's layers. */
const layers = [
  [30, 200],
  [200, 27],
  [100, 100],
];
export const extents = {
  full: { batches: [1, 7, 32, 37, 256, 4096], squares: [64, 128, 256, 512, 1024] },
  quick: { batches: [1, 7, 32, 37], squares: [64, 128] },
};

export const products = ({ batches, squares }) =>
  [
    ...layers.flatMap(([k, m]) => batches.map((n) => [n, k, m])),
    ...squares.map((side) => [side, side, side]),
  ].flatMap(([n, k, m]) => [forward(n, k, m), weightGradient(n, k, m), backward(n, k, m)]);

const tensors = (core, n, k, m) => {
  const [x, w, dy] = inputs(n, k, m);
  return {
    x: core.tensor([n, k]).set(x),
    w: core.tensor([k, m]).set(w),
    dy: core.tensor([n, m]).set(dy),
  };
};
const inputs = (n, k, m) => [random(n * k, 1), random(k * m, 2), random(n * m, 3)];
const flops = (n, k, m) => 2 * n * k * m;

/** y(n,m) = x(n,k) W(k,m) */
const forward = (n, k, m) => ({
  kernel: 'x W',
  size: `${n}×${k}×${m}`,
  flops: flops(n, k, m),
  prepare(core) {
    const { x, w } = tensors(core, n, k, m);
    const y = core.tensor([n, m]);
    return {
      call(times) {
        const kernels = core.use(linearKernels);
        for (let i = 0; i < times; i++) kernels.linearForward(y.pointer, x.pointer, w.pointer, 0, n, k, m);
      },
      result: () => [y.toArray()],
    };
  },
  contract: (kernels) => kernels.matmul(n, k, m, ...inputs(n, k, m).slice(0, 2)),
  exact() {
    const [x, w] = inputs(n, k, m);
    return [product(x, w, n, k, m)];
  },
});

/** dW(k,m) = x(n,k)ᵀ dy(n,m) */
const weightGradient = (n, k, m) => ({
  kernel: 'xᵀ dy',
  size: `${n}×${k}×${m}`,
  flops: flops(n, k, m),
  prepare(core) {
    const { x, w, dy } = tensors(core, n, k, m);
    const dw = core.tensor([k, m]);
    return {
      call(times) {
        const kernels = core.use(linearKernels);
        for (let i = 0; i < times; i++)
          kernels.linearBackward(0, dw.pointer, 0, dy.pointer, x.pointer, w.pointer, 0, n, k, m);
      },
      result: () => [dw.toArray()],
    };
  },
  exact: () => [exactBackward(n, k, m)[0]],
});

/** dW as above and dx(n,k) = dy(n,m) Wᵀ: the core has the two in one kernel, and dW alone, but not dx alone. */
const backward = (n, k, m) => ({
  kernel: 'xᵀ dy and dy Wᵀ',
  size: `${n}×${k}×${m}`,
  flops: 2 * flops(n, k, m),
  /** Without this kernel's time it is the time of dy Wᵀ. */
  less: { kernel: 'xᵀ dy', leaves: 'dy Wᵀ (difference)' },
  prepare(core) {
    const { x, w, dy } = tensors(core, n, k, m);
    const [dx, dw, scratch] = [
      core.tensor([n, k]),
      core.tensor([k, m]),
      core.tensor([Math.ceil(m * 1.5), k]),
    ];
    const pointers = [dx.pointer, dw.pointer, 0, dy.pointer, x.pointer, w.pointer, scratch.pointer];
    return {
      call(times) {
        const kernels = core.use(linearKernels);
        for (let i = 0; i < times; i++) kernels.linearBackward(...pointers, n, k, m);
      },
      result: () => [dw.toArray(), dx.toArray()],
    };
  },
  exact: () => exactBackward(n, k, m),
});

function exactBackward(n, k, m) {
  const [x, w, dy] = inputs(n, k, m);
  return [product(transposed(x, n, k), dy, k, n, m), product(dy, transposed(w, k, m), n, m, k)];
}
