import type { Built } from './context.js';

/** Everything that asks the host for something, on a small network. It knows nothing but its arguments: its text runs elsewhere. */
export async function work({ lanewise, makemore }: Omit<Built, 'charts'>): Promise<string> {
  const { parseNames, Run, readRun, lectureSettings } = makemore;
  // ana, é, 犬, 😀a and so on, as UTF-8.
  const bytes = new Uint8Array([
    0xef, 0xbb, 0xbf, 97, 110, 97, 10, 0xc3, 0xa9, 110, 10, 0xe7, 0x8a, 0xac, 10, 0xf0, 0x9f, 0x98, 0x80, 97,
    10, 98, 10, 98, 97, 10, 97, 98, 10, 110, 97, 10, 97, 97, 110, 10, 98, 98, 97, 10,
  ]);
  const names = parseNames(bytes, 'a list');
  const settings = { ...lectureSettings, hidden: 8, embedding: 2, batch: 4, steps: 50 };
  const run = await Run.prepare(names, settings);
  const training = run.train({ until: 25 });
  const yielded = run.trainer.steps < 25;
  await training;
  const resumed = await Run.resume(names, readRun(run.save()));
  await resumed.train();
  await resumed.evaluate();
  const samples = resumed.sample();
  const { backend, reason } = resumed.core;
  const { fingerprint, losses, final } = resumed.record('0.0.0');
  new lanewise.Generator().seed();
  new makemore.PythonRandom();
  let refused = '';
  try {
    parseNames(new Uint8Array([97, 10, 0xc3, 0x28]), 'a list');
  } catch (error) {
    refused = (error as Error).message;
  }
  return JSON.stringify({
    numbers: { names: names.names, fingerprint, losses, final, samples, refused },
    yielded,
    backend,
    reason,
  });
}
