// npm run bench: the kernels and the training step, WebAssembly beside the JavaScript of the same bits. Every row has
// its error against a plain float64 computation made here, so that nothing is fast and wrong.
import { cpus } from 'node:os';
import { Bench } from 'tinybench';
import { Generator, load } from '../dist/index.js';
import { builtInNames, lectureSettings, Run } from '../dist/makemore.js';

const backends = ['wasm', 'js'];
const [{ model }] = cpus();
console.log(
  `${model} · Node ${process.versions.node} · V8 ${process.versions.v8} · ${new Date().toISOString().slice(0, 10)}`,
);

const cores = Object.fromEntries(
  await Promise.all(backends.map(async (backend) => [backend, await load({ backend })])),
);
let generator;
const randn = (core, ...shape) => {
  const tensor = core.tensor(shape);
  return tensor.set(generator.randn(tensor.size));
};

/** One kernel on every backend: what it works through in a call, and how far its result is from `exact`. */
const kernels = [];
for (const [n, k, m] of [
  [32, 30, 200],
  [32, 200, 27],
  [32, 100, 100],
]) {
  const flops = 2 * n * k * m;
  kernels.push({
    name: `x W        ${n}×${k}×${m}`,
    unit: 'GFLOP/s',
    work: flops,
    prepare(core) {
      const [x, w, y] = [randn(core, n, k), randn(core, k, m), core.tensor([n, m])];
      const exact = product(x.toArray(), w.toArray(), n, k, m);
      const call = () => core.kernels.linearForward(y.pointer, x.pointer, w.pointer, 0, n, k, m);
      return { call, error: () => relative(y.toArray(), exact) };
    },
  });
  kernels.push({
    name: `dx and dW  ${n}×${k}×${m}`,
    unit: 'GFLOP/s',
    work: 2 * flops,
    prepare(core) {
      const [x, w, dy] = [randn(core, n, k), randn(core, k, m), randn(core, n, m)];
      const [dx, dw, wT] = [core.tensor([n, k]), core.tensor([k, m]), core.tensor([m, k])];
      const exactDx = product(dy.toArray(), transposed(w.toArray(), k, m), n, m, k);
      const exactDw = product(transposed(x.toArray(), n, k), dy.toArray(), k, n, m);
      const addresses = [dx, dw, undefined, dy, x, w, wT].map((tensor) => tensor?.pointer ?? 0);
      const call = () => core.kernels.linearBackward(...addresses, n, k, m);
      const error = () => Math.max(relative(dx.toArray(), exactDx), relative(dw.toArray(), exactDw));
      return { call, error };
    },
  });
}
kernels.push({
  name: 'tanh       32×200',
  unit: 'G/s',
  work: 6400,
  prepare(core) {
    const [x, y] = [randn(core, 32, 200), core.tensor([32, 200])];
    const call = () => core.kernels.tanhForward(y.pointer, x.pointer, 6400);
    return { call, error: () => relative(y.toArray(), Float64Array.from(x.toArray(), Math.tanh)) };
  },
});
kernels.push({
  name: 'cross-entropy 32×27',
  unit: 'M rows/s',
  work: 32e3,
  prepare(core) {
    const [logits, dlogits] = [randn(core, 32, 27), core.tensor([32, 27])];
    const targets = core.indices([32]).set(generator.randint(0, 27, 32));
    let loss = 0;
    const call = () => {
      loss = core.kernels.crossEntropy(dlogits.pointer, logits.pointer, targets.pointer, 32, 27);
    };
    const exact = crossEntropy(logits.toArray(), targets.toArray(), 32, 27);
    return { call, error: () => Math.abs(loss / exact - 1) };
  },
});

console.table(await measureKernels());
console.table(await measureSteps());

async function measureKernels() {
  const bench = new Bench({ time: 300, warmupTime: 200 });
  const rows = [];
  for (const { name, unit, work, prepare } of kernels)
    for (const backend of backends) {
      generator = new Generator(42);
      const { call, error } = prepare(cores[backend]);
      // Many calls in one sample: a call is shorter than the clock's tick.
      const repeat = backend === 'wasm' ? 200 : 10;
      bench.add(`${name} ${backend}`, () => {
        for (let i = 0; i < repeat; i++) call();
      });
      rows.push({ name, backend, unit, work: work * repeat, error });
    }
  await bench.run();
  return rows.map(({ name, backend, unit, work, error }, i) => {
    const { latency } = bench.tasks[i].result;
    return {
      kernel: name,
      backend,
      rate: `${(work / latency.p50 / 1e6).toFixed(2)} ${unit}`,
      'error (largest, relative)': error().toExponential(1),
    };
  });
}

/** Whole training steps of the lecture's first network; both backends must come to the same loss. */
async function measureSteps() {
  const names = await builtInNames();
  const bench = new Bench({ time: 3000, warmupTime: 500 });
  const runs = [];
  for (const backend of backends) {
    const run = await Run.prepare(names, { ...lectureSettings, steps: 1000 }, { backend });
    await run.train();
    runs.push({ backend, run, loss: run.losses[1000 - 1][1] });
    bench.add(backend, () => {
      for (let i = 0; i < 100; i++) run.trainer.step();
    });
  }
  await bench.run();
  const base = bench.tasks[0].result.latency.p50;
  return runs.map(({ backend, loss }, i) => {
    const { latency } = bench.tasks[i].result;
    return {
      'one training step': backend,
      'µs (median)': ((latency.p50 / 100) * 1e3).toFixed(1),
      'steps/s': Math.round(1e5 / latency.p50),
      slower: `${(latency.p50 / base).toFixed(1)}×`,
      'loss of step 999': loss,
    };
  });
}

function product(a, b, n, k, m) {
  const c = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let p = 0; p < k; p++) for (let j = 0; j < m; j++) c[i * m + j] += a[i * k + p] * b[p * m + j];
  return c;
}

function transposed(a, rows, columns) {
  return Float64Array.from({ length: a.length }, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]);
}

function crossEntropy(logits, targets, n, m) {
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const row = Array.from(logits.subarray(i * m, (i + 1) * m));
    const most = Math.max(...row);
    loss += Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most - row[targets[i]];
  }
  return loss / n;
}

/** Largest difference over the largest value. */
function relative(got, exact) {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < exact.length; i++) {
    difference = Math.max(difference, Math.abs(got[i] - exact[i]));
    largest = Math.max(largest, Math.abs(exact[i]));
  }
  return difference / largest;
}
