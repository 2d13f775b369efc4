// A process of its own: what memory does while the first network trains. node --expose-gc memory.mjs STEPS
import { builtInNames, lectureSettings, Run } from '../../dist/makemore.js';
import { away } from '../error.mjs';
import { expected, task } from '../task.mjs';

const CHECKED = 20;
/** Before the first look: compiled code and what the loop keeps are there by then. */
const WARM = 1000;

const steps = Number(process.argv[2]);
const run = await Run.prepare(await builtInNames(), { ...lectureSettings, steps }, { backend: 'wasm' });
const losses = [];
const onStep = (step, loss) => {
  if (step < CHECKED) losses.push(loss);
};
const look = () => {
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { wasm: run.core.bytes, heap: heapUsed, rss };
};
await run.train({ until: Math.min(WARM, steps), onStep });
const before = look();
await run.train();
const after = look();
const exact = await expected('mlp', await task('mlp', CHECKED));
const error = Math.max(...losses.map((loss, i) => away(loss, exact.losses[i]) / exact.losses[i]));
console.log(JSON.stringify({ steps, wasmBytes: after.wasm, before, after, error }));
