// Every function of each element, and its slope where it goes by x, at every float32 against the same in double precision
// (test/core/elementwise.ts), whose own error (about 1 ulp of a double, 2^-29 of a float's) is the uncertainty of the
// figures. The JavaScript reference is held to the same bits on every STRIDE-th input. Exit code 1 where a bound is broken.
//
//   node test/sweep/accuracy.mjs [--every 16] [--between 0.0625,128] [Tanh | 'GELU, tanh' | 'GELU dx' | exp ...]
//
// `--every 16` takes every 16th float; `--between` the magnitudes from a power of 2 up to another one: together a look at
// all and a close one where a function bends.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const WORKERS = 2;
const BLOCK = 1 << 16;
const STRIDE = 251;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ulpDouble = new Float64Array(1);
const ulpWords = new Int32Array(ulpDouble.buffer);
const progress = [];

if (isMainThread) await main();
else await sweep(workerData);

async function main() {
  const text = await tableModule();
  const functions = await functionsOf(text);
  const { values, positionals: wanted } = parseArgs({
    allowPositionals: true,
    options: { every: { type: 'string', default: '1' }, between: { type: 'string', default: '0,Infinity' } },
  });
  const every = Number(values.every);
  if (![1, 2, 4, 8, 16, 32, 64, 128, 256].includes(every)) {
    console.error(`expected --every to be a power of 2 up to 256, got ${values.every}`);
    process.exit(2);
  }
  const names = wanted.length ? wanted : Object.keys(functions);
  const unknown = names.find((name) => !functions[name]);
  if (unknown) {
    console.error(`no function ${unknown}: one of ${Object.keys(functions).join(' | ')}`);
    process.exit(2);
  }
  const between = values.between.split(',').map((text) => bitsOf(Number(text)));
  if (values.between !== '0,Infinity' && !between.every((bits) => bits % 2 ** 23 === 0)) {
    console.error(`expected --between to be two powers of 2, got ${values.between}`);
    process.exit(2);
  }
  const magnitudes = values.between === '0,Infinity' ? [0, 2 ** 31] : between;
  let failed = false;
  for (const name of names) {
    const started = performance.now();
    // Each worker takes half of the magnitudes, both signs of each.
    const parts = await Promise.all(
      Array.from({ length: WORKERS }, (_, index) => runWorker({ name, index, text, every, magnitudes })),
    );
    const total = parts.reduce(merge);
    const faults = report(
      name,
      functions[name].bound,
      (2 * (magnitudes[1] - magnitudes[0])) / every,
      total,
      (performance.now() - started) / 1000,
    );
    for (const fault of faults) console.error(`${name}: ${fault}`);
    failed ||= faults.length > 0;
  }
  process.exitCode = failed ? 1 : 0;
}

/** The table and the reference kernels as one ES module's text, for Node does not read TypeScript. */
async function tableModule() {
  const { build } = await import('vite');
  const { embedded } = await import('../../.ci/embed.mjs');
  const { output } = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    plugins: [embedded()],
    build: {
      write: false,
      minify: false,
      target: 'node20',
      lib: { entry: `${ROOT}test/core/elementwise.ts`, formats: ['es'] },
    },
  }).then((result) => (Array.isArray(result) ? result[0] : result));
  return output[0].code;
}

/** By name: the family, how the kernel is called on inputs at x, the exact function and its bound. */
async function functionsOf(text) {
  const { listed, unary } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const forwards = unary.map(
    ({ title, family, forward, exact, ulps, usual, turns = false, positive = false }) => [
      title,
      {
        family,
        call: (kernels, y, _ones, x, count) => forward(kernels)(y, x, count, ...usual),
        oracle: (x) => exact(x, ...usual),
        bound: ulps.y,
        rises: !turns,
        positive,
      },
    ],
  );
  const slopes = listed.flatMap(({ title, spec, slope, ulps, usual }) =>
    ulps.dx === undefined
      ? []
      : [
          [
            `${title} dx`,
            {
              family: spec.family,
              call: (kernels, dx, ones, x, count) => spec.backward(kernels)(dx, ones, x, count, ...usual),
              oracle: (x) => slope(x, ...usual),
              bound: ulps.dx,
              rises: false,
              positive: false,
            },
          ],
        ],
  );
  return Object.fromEntries([...forwards, ...slopes]);
}

function runWorker(data) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: data });
    worker.on('error', reject);
    worker.on('message', (message) => {
      if (message.result) return resolve(message.result);
      progress[data.index] = message.share;
      if (!process.stdout.isTTY) return;
      const share = progress.reduce((a, b) => a + b, 0) / WORKERS;
      process.stdout.write(share < 1 ? `\r${data.name} ${(share * 100).toFixed(0)} %` : '\r\x1b[K');
    });
  });
}

function merge(a, b) {
  const sum = { ...a };
  for (const key of Object.keys(a)) {
    if (key === 'worst') sum.worst = a.worst.ulp >= b.worst.ulp ? a.worst : b.worst;
    else if (key === 'firstOne') sum.firstOne = Math.min(a.firstOne, b.firstOne);
    else sum[key] = a[key] + b[key];
  }
  return sum;
}

function report(name, bound, inputs, total, seconds) {
  const { worst } = total;
  console.log(
    `${name}  max error ${worst.ulp.toFixed(7)} ulp at ${worst.input} (got ${worst.got}, exact ${worst.exact})\n` +
      `      ${total.inputs} inputs; not correctly rounded: ${total.misrounded}; descents: ${total.descents}; ` +
      `subnormal results: ${total.subnormalResults}; special values wrong: ${total.special}\n` +
      (name === 'Tanh'
        ? `      not odd: ${total.notOdd}; 1 from ${total.firstOne} on, exceptions above: ${total.lateOnes}; ` +
          `subnormals and zeros changed: ${total.subnormalChanged}\n`
        : '') +
      `      reference: ${total.referenceDiffers} of ${total.referenceChecked} inputs differ; ${seconds.toFixed(0)} s`,
  );
  const faults = [];
  if (!(worst.ulp <= bound)) faults.push(`${worst.ulp} ulp is above ${bound}`);
  if (total.inputs !== inputs) faults.push(`${total.inputs} inputs were seen, not ${inputs}`);
  if (total.referenceChecked === 0) faults.push('the reference was not checked');
  for (const key of ['descents', 'special', 'notOdd', 'lateOnes', 'subnormalChanged', 'referenceDiffers'])
    if (total[key]) faults.push(`${key}: ${total[key]}`);
  if (name === 'Tanh' && inputs === 2 ** 32 && total.firstOne !== Math.fround(9.010913848876953))
    faults.push(`1 is first reached at ${total.firstOne}`);
  return faults;
}

async function sweep({ name, index, text, every, magnitudes: [low, high] }) {
  const { family, call, oracle, rises, positive } = (await functionsOf(text))[name];
  const isTanh = name === 'Tanh';
  const memory = new WebAssembly.Memory({ initial: 40 });
  const { instance } = await WebAssembly.instantiate(
    readFileSync(`${ROOT}build/release/${family.name}.wasm`),
    { env: { memory } },
  );
  // Above the static data of all families.
  const x = 8 << 16;
  const y = x + 4 * BLOCK;
  const ones = y + 4 * BLOCK;
  const bits = new Uint32Array(memory.buffer, x, BLOCK);
  const input = new Float32Array(memory.buffer, x, BLOCK);
  const output = new Float32Array(memory.buffer, y, BLOCK);
  const outputBits = new Uint32Array(memory.buffer, y, BLOCK);
  new Float32Array(memory.buffer, ones, BLOCK).fill(1);
  const positiveResults = new Uint32Array(BLOCK);

  // The result at byte 0, a 1 at 16, the input at 32.
  const own = { f32: new Float32Array(12), i32: new Int32Array(0) };
  const ownBits = new Uint32Array(own.f32.buffer);
  own.f32[4] = 1;
  const reference = family.reference(own);
  const referenceOf = (pattern) => {
    ownBits[8] = pattern;
    call(reference, 0, 16, 32, 1);
    return own.f32[0];
  };

  const seen = {
    inputs: 0,
    worst: { ulp: 0, input: 0, got: 0, exact: 0 },
    misrounded: 0,
    descents: 0,
    notOdd: 0,
    special: 0,
    firstOne: Number.POSITIVE_INFINITY,
    lateOnes: 0,
    subnormalResults: 0,
    subnormalChanged: 0,
    referenceChecked: 0,
    referenceDiffers: 0,
  };
  const blocks = (high - low) / every / BLOCK / WORKERS;
  const begin = low / every;
  for (let block = index * blocks; block < (index + 1) * blocks; block++) {
    for (const sign of [0, 0x80000000]) {
      const first = begin + block * BLOCK;
      for (let i = 0; i < BLOCK; i++) bits[i] = (sign | ((first + i) * every)) >>> 0;
      call(instance.exports, y, ones, x, BLOCK);
      // Of the one in front, so that the steps between blocks are seen.
      let previous = first > 0 ? referenceOf((sign | ((first - 1) * every)) >>> 0) : Number.NaN;
      const rising = positive || sign === 0;
      for (let i = 0; i < BLOCK; i++) {
        const value = input[i];
        const got = output[i];
        const exact = oracle(value);
        const rounded = Math.fround(exact);
        if (got !== rounded || got === 0) check(value, got, exact, rounded);
        else if (got - got === 0) {
          const ulp = Math.abs(got - exact) / ulpOf(exact);
          if (ulp > seen.worst.ulp) seen.worst = { ulp, input: value, got, exact };
          if (got < 2 ** -126 && got > -(2 ** -126)) seen.subnormalResults++;
        }
        if (rises && (rising ? got < previous : got > previous)) seen.descents++;
        previous = got;
        if (isTanh) {
          if (got === 1 && value < seen.firstOne) seen.firstOne = value;
          if (value >= 9.010913848876953 && got !== 1) seen.lateOnes++;
          if (Math.abs(value) < 2 ** -126 && outputBits[i] !== bits[i]) seen.subnormalChanged++;
        }
      }
      if (isTanh)
        if (sign === 0) positiveResults.set(outputBits);
        else
          for (let i = 0; i < BLOCK; i++)
            if (outputBits[i] !== (positiveResults[i] | 0x80000000) >>> 0 && !Number.isNaN(output[i]))
              seen.notOdd++;
      for (let i = (STRIDE - (first % STRIDE)) % STRIDE; i < BLOCK; i += STRIDE) {
        seen.referenceChecked++;
        if (!Object.is(referenceOf(bits[i]), output[i])) seen.referenceDiffers++;
      }
      seen.inputs += BLOCK;
    }
    if (block % 64 === 0) parentPort.postMessage({ share: (block + 1) / blocks - index });
  }
  parentPort.postMessage({ share: 1 });
  parentPort.postMessage({ result: seen });

  /** A result that is not the rounded oracle's, or a zero, or NaN. */
  function check(value, got, exact, rounded) {
    if (Number.isNaN(exact)) {
      if (!Number.isNaN(got)) seen.special++;
      return;
    }
    if (Object.is(got, rounded)) {
      if (got !== exact) {
        // An underflow to 0.
        const ulp = Math.abs(got - exact) / ulpOf(exact);
        if (ulp > seen.worst.ulp) seen.worst = { ulp, input: value, got, exact };
      }
      return;
    }
    if (!Number.isFinite(got) || !Number.isFinite(rounded) || (got === 0 && rounded === 0)) {
      seen.special++;
      return;
    }
    seen.misrounded++;
    const ulp = Math.abs(got - exact) / ulpOf(exact);
    if (ulp > seen.worst.ulp) seen.worst = { ulp, input: value, got, exact };
  }
}

/** The bits of a float. */
function bitsOf(value) {
  const float = new Float32Array([value]);
  return new Uint32Array(float.buffer)[0];
}

/** The distance of the floats around a double. */
function ulpOf(exact) {
  const magnitude = Math.abs(exact);
  if (magnitude < 2 ** -126) return 2 ** -149;
  ulpDouble[0] = magnitude;
  ulpWords[1] = (ulpWords[1] & 0x7ff00000) - (23 << 20);
  ulpWords[0] = 0;
  return ulpDouble[0];
}
