import {
  batchnormKernels,
  type Core,
  Generator,
  linearKernels,
  rowStride,
  type Tensor,
  tanhKernels,
} from 'lanewise';
import { type Case, type Prepared, repeated } from './cases.js';
import { batchNorm, batchNormBackward, product, relativeError, transposed } from './exact.js';

const N = 32;
const UNITS = 200;
const EPS = 1e-5;

/** So many normal numbers, the same for the same seed. */
const random = (count: number, seed: number): Float32Array => new Generator(seed).randn(count);

/** The kernels of the two networks at their own sizes. */
export const kernelCases: readonly Case[] = [
  forward(100, 100),
  backward(100, 100),
  forward(30, 200),
  backward(30, 200),
  { name: 'tanh', size: `${N}×${UNITS}`, flops: undefined, prepare: tanh },
  { name: 'BatchNorm, forward', size: `${N}×${UNITS}`, flops: undefined, prepare: normForward },
  { name: 'BatchNorm, backward', size: `${N}×${UNITS}`, flops: undefined, prepare: normBackward },
];

/** y(n,m) = x(n,k) W(k,m) */
function forward(k: number, m: number): Case {
  return {
    name: 'matmul, forward',
    size: `${N}×${k}×${m}`,
    flops: 2 * N * k * m,
    prepare(core) {
      const [x, w] = [random(N * k, 1), random(k * m, 2)];
      const [tx, tw, y] = [core.tensor([N, k]).set(x), core.tensor([k, m]).set(w), core.tensor([N, m])];
      const kernels = core.use(linearKernels);
      return {
        call: repeated(() => kernels.linearForward(y.pointer, tx.pointer, tw.pointer, 0, N, k, m)),
        error: () => relativeError(y.toArray(), product(x, w, N, k, m)),
      };
    },
  };
}

/** dW(k,m) = x(n,k)ᵀ dy(n,m) and dx(n,k) = dy(n,m) Wᵀ */
function backward(k: number, m: number): Case {
  return {
    name: 'matmul, backward',
    size: `${N}×${k}×${m}`,
    flops: 4 * N * k * m,
    prepare(core) {
      const [x, w, dy] = [random(N * k, 1), random(k * m, 2), random(N * m, 3)];
      const [tx, tw, tdy] = [
        core.tensor([N, k]).set(x),
        core.tensor([k, m]).set(w),
        core.tensor([N, m]).set(dy),
      ];
      const [dx, dw] = [core.tensor([N, k]), core.tensor([k, m])];
      const scratch = core.allocate(1.5 * 4 * m * rowStride(k));
      const kernels = core.use(linearKernels);
      return {
        call: repeated(() =>
          kernels.linearBackward(
            dx.pointer,
            dw.pointer,
            0,
            tdy.pointer,
            tx.pointer,
            tw.pointer,
            scratch,
            N,
            k,
            m,
          ),
        ),
        error: () =>
          Math.max(
            relativeError(dw.toArray(), product(transposed(x, N, k), dy, k, N, m)),
            relativeError(dx.toArray(), product(dy, transposed(w, k, m), N, m, k)),
          ),
      };
    },
  };
}

function tanh(core: Core): Prepared {
  const count = N * UNITS;
  const x = random(count, 1);
  const [tx, y] = [core.tensor([N, UNITS]).set(x), core.tensor([N, UNITS])];
  const kernels = core.use(tanhKernels);
  return {
    call: repeated(() => kernels.tanhForward(y.pointer, tx.pointer, count)),
    error: () => relativeError(y.toArray(), Float64Array.from(x, Math.tanh)),
  };
}

/** Statistics of the batch, then x̂ and y. */
function normForward(core: Core): Prepared {
  const [x, gamma, beta] = [random(N * UNITS, 1), random(UNITS, 2), random(UNITS, 3)];
  const tx = core.tensor([N, UNITS]).set(x);
  const [tgamma, tbeta] = [gamma, beta].map((values) => core.tensor([UNITS]).set(values));
  const [y, xhat] = [core.tensor([N, UNITS]), core.tensor([N, UNITS])];
  const [mean, variance, std, rstd] = [0, 1, 2, 3].map(() => core.tensor([UNITS]).pointer);
  const kernels = core.use(batchnormKernels);
  return {
    call: repeated(() => {
      kernels.batchNormStatistics(mean, variance, tx.pointer, N, UNITS, 1);
      kernels.batchNormDeviation(std, rstd, variance, UNITS, EPS);
      kernels.batchNormForward(
        y.pointer,
        xhat.pointer,
        tx.pointer,
        mean,
        rstd,
        tgamma.pointer,
        tbeta.pointer,
        N,
        UNITS,
      );
    }),
    error() {
      const exact = batchNorm(x, gamma, beta, N, UNITS, EPS);
      return worst([xhat, exact.xhat], [y, exact.y]);
    },
  };
}

function normBackward(core: Core): Prepared {
  const [dy, xhat] = [random(N * UNITS, 1), random(N * UNITS, 2)];
  const [rstd, gamma] = [random(UNITS, 3).map(Math.abs), random(UNITS, 4)];
  const [tdy, txhat] = [dy, xhat].map((values) => core.tensor([N, UNITS]).set(values).pointer);
  const [trstd, tgamma] = [rstd, gamma].map((values) => core.tensor([UNITS]).set(values).pointer);
  const [dx, dgamma, dbeta] = [core.tensor([N, UNITS]), core.tensor([UNITS]), core.tensor([UNITS])];
  const kernels = core.use(batchnormKernels);
  return {
    call: repeated(() =>
      kernels.batchNormBackward(
        dx.pointer,
        dgamma.pointer,
        dbeta.pointer,
        tdy,
        txhat,
        trstd,
        tgamma,
        N,
        UNITS,
        1,
      ),
    ),
    error() {
      const exact = batchNormBackward(dy, xhat, rstd, gamma, N, UNITS);
      return worst([dx, exact.dx], [dgamma, exact.dgamma], [dbeta, exact.dbeta]);
    },
  };
}

const worst = (...pairs: [Tensor, Float64Array][]): number =>
  Math.max(...pairs.map(([got, exact]) => relativeError(got.toArray(), exact)));
