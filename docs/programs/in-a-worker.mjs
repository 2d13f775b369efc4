// A training in a thread of its own; in a page, Worker is there without an import, and takes { type: 'module' }.
import { Worker } from 'node:worker_threads';
import { Linear, load, Sequential, Tanh } from 'lanewise';
import { loadStateDict } from 'lanewise/checkpoint';
import { trainInWorker } from 'lanewise/worker';

const worker = new Worker(new URL('./training-worker.mjs', import.meta.url));
const data = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] };
const onStep = (step, loss) => step % 100 === 0 && console.log(step, loss.toFixed(5));
const { parameters } = await trainInWorker(worker, { data, onStep });
await worker.terminate();

const model = new Sequential([new Linear(2, 8), new Tanh(), new Linear(8, 1)]).to(await load());
loadStateDict(model, parameters);
console.log(model.predict(data.x));
