// Eager PyTorch in a process of its own, with its own clock: a step is shorter than a message to it.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const name = 'PyTorch, eager, one thread';

const script = fileURLToPath(new URL('../torch_contender.py', import.meta.url));
// One thread for the BLAS too; what else OPENBLAS_* says is the caller's.
const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

let found;

/** The first Python that has torch. */
function python() {
  found ??= ['python3', '/usr/bin/python3', 'python'].find(
    (command) => spawnSync(command, ['-c', 'import torch'], { env, stdio: 'ignore' }).status === 0,
  );
  return found;
}

export const available = async () =>
  python() === undefined ? 'no python3 here has torch (Debian: apt-get install python3-torch)' : undefined;

/** Of the torch that is found; undefined without one. */
export function version() {
  const command = python();
  if (command === undefined) return;
  const script = 'import torch; print(torch.__version__)';
  return spawnSync(command, ['-c', script], { env, encoding: 'utf8' }).stdout.trim();
}

let next = 0;

/** A process; `ask` resolves to its answer. Requests are answered in their order. */
function start() {
  const command = python();
  if (command === undefined) throw new Error('torch: no python3 here has torch');
  const child = spawn(command, [script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  let ended;
  const end = (error) => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { resolve, reject } = waiting.shift();
    const { error, ...answer } = JSON.parse(line);
    if (error === undefined) resolve(answer);
    else reject(new Error(`torch: ${error}`));
  });
  child.on('error', end);
  child.on('close', (code) => end(new Error(`torch: the process has ended (exit code ${code})`)));
  child.stdin.on('error', end);
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    stop: () => child.stdin.end(),
  };
}

export async function network(net, params) {
  const { ask, stop } = start();
  const id = next++;
  try {
    await ask({ op: 'network', id, net, params: params.map(packed) });
  } catch (error) {
    stop();
    throw error;
  }
  return {
    async run(batches, steps = batches.length) {
      const join = (field) => base64(Buffer.concat(batches.map((batch) => batch[field])));
      const [contexts, labels] = [join('contexts'), join('labels')];
      const { losses, seconds } = await ask({
        op: 'run',
        id,
        contexts,
        labels,
        count: batches.length,
        steps,
      });
      return { losses: Float64Array.from(losses), seconds };
    },
    async running() {
      const { running } = await ask({ op: 'running', id });
      return running.map(floats);
    },
    dispose: stop,
  };
}

export async function kernels() {
  const { ask, stop } = start();
  const kernel = (name, ...inputs) => {
    const id = next++;
    const made = ask({ op: 'kernel', id, kernel: name, inputs: inputs.map(packed) });
    const call = async (times) => {
      await made;
      return (await ask({ op: 'call', id, times })).seconds;
    };
    return Object.assign(call, { result: async () => floats((await ask({ op: 'result', id })).result) });
  };
  return {
    matmul: (M, K, N, a, b) => kernel('matmul', { shape: [M, K], data: a }, { shape: [K, N], data: b }),
    tanh: (data) => kernel('tanh', { shape: [data.length], data }),
    dispose: stop,
  };
}

const base64 = ({ buffer, byteOffset, byteLength }) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

const packed = ({ shape, data }) => ({ shape, data: base64(data) });

function floats(text) {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
