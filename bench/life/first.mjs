// A process of its own: from nothing to the first result. node first.mjs; prints JSON, in milliseconds.
import { product } from '../kernels/exact.mjs';

const [M, K, N] = [32, 30, 200];
const start = performance.now();
const { linearKernels, load } = await import('../../dist/index.js');
const imported = performance.now();
const core = await load({ backend: 'wasm' });
const loaded = performance.now();
const a = Float32Array.from({ length: M * K }, (_, i) => Math.sin(i));
const b = Float32Array.from({ length: K * N }, (_, i) => Math.cos(i));
const [x, w, y] = [core.tensor([M, K]).set(a), core.tensor([K, N]).set(b), core.tensor([M, N])];
core.use(linearKernels).linearForward(y.pointer, x.pointer, w.pointer, 0, M, K, N);
const result = y.toArray();
const done = performance.now();

const { relative } = await import('../error.mjs');
console.log(
  JSON.stringify({
    import: imported - start,
    load: loaded - imported,
    multiply: done - loaded,
    firstResult: done - start,
    sinceProcess: done,
    error: relative(result, product(a, b, M, K, N)),
  }),
);
