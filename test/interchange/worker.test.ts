import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { DivergenceError } from '../../src/index.js';
import { serveTraining, trainInWorker } from '../../src/interchange/worker.js';

/** A worker of the built package, whose file is this text. */
const workerOf = (text: string) =>
  new Worker(
    new URL(
      `data:text/javascript,${encodeURIComponent(
        text.replace(
          /from 'lanewise(\/\w+)?'/g,
          (_, entry = '/index') => `from '${new URL(`../../dist${entry}.js`, import.meta.url)}'`,
        ),
      )}`,
    ),
  );

const network = `
import { BCEWithLogitsLoss, Linear, load, Sequential, SGD, Tanh, Trainer, Validation } from 'lanewise';
import { serveTraining } from 'lanewise/worker';
serveTraining(async ({ lr = 0.5, steps = 300, bad = false, nan = false, every }) => {
  if (bad) throw new RangeError('prepare: expected better data');
  const [x, y] = [[[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]];
  if (nan) x[2][1] = NaN;
  const model = new Sequential([new Linear(2, 8), new Tanh(), new Linear(8, 1)]).to(await load(), { seed: 1 });
  const optimizer = new SGD(model.parameters(), { lr });
  const validation = every && new Validation({ x, y }, { every });
  return { trainer: new Trainer({ model, loss: new BCEWithLogitsLoss(), optimizer, x, y }), steps, validation };
});`;

test('every step is reported once, in order, and what came of it', async () => {
  const worker = workerOf(network);
  const steps: number[] = [];
  const data = { every: 100 };
  const validated: number[] = [];
  const trained = await trainInWorker(worker, {
    data,
    onStep: (step) => steps.push(step),
    onValidation: ({ step }) => validated.push(step),
  });
  expect(steps).toEqual(Array.from({ length: 300 }, (_, i) => i));
  expect(validated).toEqual([100, 200, 300]);
  expect(trained.steps).toBe(300);
  expect(trained.best?.step).toBe(300);
  expect(trained.parameters.length).toBeGreaterThan(100);
  // The same worker again.
  expect((await trainInWorker(worker, { data: {} })).lastLoss).toBe(trained.lastLoss);
  await worker.terminate();
});

test('a signal ends it after the step in hand', async () => {
  const worker = workerOf(network);
  const controller = new AbortController();
  const onStep = (step: number) => step >= 10 && controller.abort();
  const { steps } = await trainInWorker(worker, { data: { steps: 1e9 }, signal: controller.signal, onStep });
  expect(steps).toBeGreaterThan(10);
  expect(steps).toBeLessThan(1e9);
  await worker.terminate();
});

test('errors come over with their names and places', async () => {
  const worker = workerOf(network);
  await expect(trainInWorker(worker, { data: { bad: true } })).rejects.toThrow(
    'prepare: expected better data',
  );
  const error = await trainInWorker(worker, { data: { nan: true } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DivergenceError);
  expect((error as DivergenceError).origin).toMatchObject({ kind: 'input', place: 'example 2' });
  await worker.terminate();
});

test('what prepare returns is checked, and its Validation may be one for all', async () => {
  const worker = workerOf(`
    import { BCEWithLogitsLoss, Linear, load, Sequential, SGD, Tanh, Trainer, Validation } from 'lanewise';
    import { serveTraining } from 'lanewise/worker';
    const [x, y] = [[[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]];
    const validation = new Validation({ x, y }, { every: 10, onValidation: () => undefined });
    serveTraining(async ({ wrong }) => {
      const model = new Sequential([new Linear(2, 1)]).to(await load(), { seed: 1 });
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      const trainer = new Trainer({ model, loss: new BCEWithLogitsLoss(), optimizer, x, y });
      if (wrong === undefined) return { trainer, steps: 20, validation };
      return wrong === null ? null : { trainer, steps: 20, ...wrong };
    });`);
  for (let i = 0; i < 2; i++) {
    const validated: number[] = [];
    await trainInWorker(worker, { data: {}, onValidation: ({ step }) => validated.push(step) });
    expect(validated).toEqual([10, 20]);
  }
  const refused: [unknown, string][] = [
    [null, 'serveTraining: expected options { trainer, steps, validation }, got null'],
    [
      { options: { every: 3 } },
      "serveTraining: expected options { trainer, steps, validation }, got 'options'",
    ],
    [{ trainer: 3 }, 'serveTraining: expected trainer to be a Trainer, got 3'],
    [{ steps: -1 }, 'Trainer.run: expected steps to be an integer from 0'],
    [
      { validation: { x: [], y: [] } },
      'serveTraining: expected validation to be new Validation(data, …), got an Object',
    ],
  ];
  for (const [wrong, message] of refused)
    await expect(trainInWorker(worker, { data: { wrong } })).rejects.toThrow(message);
  await worker.terminate();
});

test('a worker that cannot be loaded, or ends, is told', async () => {
  await expect(trainInWorker(workerOf('throw new Error("no such thing")'))).rejects.toThrow(
    'trainInWorker: the worker ended: no such thing',
  );
  await expect(trainInWorker(workerOf('process.exit(3)'))).rejects.toThrow(
    'trainInWorker: the worker ended: exit code 3',
  );
  expect(() => trainInWorker({} as never)).toThrow('trainInWorker: expected a Worker, got an Object');
  expect(() => serveTraining(() => ({}) as never)).toThrow(
    'serveTraining: expected to be called in a Web Worker',
  );
});

test('in a page, by the same calls', async () => {
  const page = `
    import { trainInWorker } from '/dist/worker.js';
    const worker = new Worker('/training.js', { type: 'module' });
    const steps = [];
    const { lastLoss } = await trainInWorker(worker, { data: {}, onStep: (step) => steps.push(step) });
    document.title = JSON.stringify([lastLoss, steps.length]);`;
  const training = network
    .replaceAll("'lanewise'", "'/dist/index.js'")
    .replace("'lanewise/worker'", "'/dist/worker.js'");
  const server = createServer(({ url = '/' }, response) => {
    const script = url === '/training.js' ? training : url === '/page.js' ? page : undefined;
    response.setHeader('content-type', url === '/' ? 'text/html' : 'text/javascript');
    if (url === '/') response.end('<script type="module" src="/page.js"></script>');
    else if (script !== undefined) response.end(script);
    else if (/^\/dist\/[\w.-]+\.js$/.test(url))
      response.end(readFileSync(new URL(`../..${url}`, import.meta.url)));
    else response.writeHead(404).end();
  }).listen(0);
  const browser = await chromium.launch({
    executablePath: process.env.LANEWISE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction(() => document.title !== '', undefined, { timeout: 0 });
    const worker = workerOf(network);
    const { lastLoss } = await trainInWorker(worker, { data: {} });
    await worker.terminate();
    expect(JSON.parse(await tab.title())).toEqual([lastLoss, 300]);
  } finally {
    await browser.close();
    server.close();
  }
});
