import { parentPort, workerData } from 'node:worker_threads';
import { runExperiment } from 'lanewise/makemore';
import type { Job, Report } from './experiment-pool.js';

// A thread that makes one run, tells how far it is, and ends with its result or with why there is none.
const { names, settings, version } = workerData as Job;
const report = (message: Report) => parentPort?.postMessage(message);
let next = 0;
try {
  const onStep = (step: number) => {
    const now = performance.now();
    if (now < next) return;
    next = now + 100;
    report({ steps: step + 1 });
  };
  report({ result: await runExperiment(names, settings, { version, onStep }) });
} catch (error) {
  report({ error: error instanceof Error ? error.message : String(error) });
}
