import { parentPort } from 'node:worker_threads';
import { runExperiment } from 'lanewise/makemore';
import type { Job, Report } from './experiment-pool.js';

// A thread that makes each run it is given, tells how far it is, and answers with its result or with why there is none.
const report = (message: Report) => parentPort?.postMessage(message);

parentPort?.on('message', async ({ names, settings, version }: Job) => {
  let next = 0;
  try {
    const tell = (steps: number) => {
      const now = performance.now();
      if (now < next) return;
      next = now + 100;
      report({ steps });
    };
    const onStep = (step: number) => tell(step + 1);
    // That it is still at work.
    const onProgress = () => tell(settings.steps);
    report({ result: await runExperiment(names, settings, { version, onStep, onProgress }) });
  } catch (error) {
    report({ error: error instanceof Error ? error.message : String(error) });
  }
});
