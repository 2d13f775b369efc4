import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { chromium } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embedded } from '../../.ci/embed.mjs';
import { threads } from '../../.ci/thread.mjs';
import { fingerprint } from '../../src/diagnostics/index.js';
import * as lanewise from '../../src/index.js';
import {
  AdamW,
  accuracy,
  BatchNorm1d,
  CrossEntropyLoss,
  clipGradNorm,
  Dropout,
  GELU,
  Generator,
  LayerNorm,
  Linear,
  load,
  oneCycleLR,
  Residual,
  Sequential,
  Trainer,
  Validation,
} from '../../src/index.js';
import { loadStateDict, saveStateDict } from '../../src/interchange/index.js';
import {
  type LayerDescription,
  prepareTraining,
  sequentialOf,
  type TrainedInWorker,
  type TrainingDescription,
  train,
} from '../../src/interchange/worker.js';

const XOR = {
  layers: [['Linear', 2, 8], ['Tanh'], ['Linear', 8, 1]],
  seed: 1,
  loss: ['BCEWithLogitsLoss'],
  optimizer: ['Adam', { lr: 0.05 }],
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [0, 1, 1, 0],
  steps: 300,
} as const satisfies TrainingDescription;

const core = await load();
const modelOf = (layers: readonly LayerDescription[], { parameters }: TrainedInWorker) => {
  const model = sequentialOf(layers).to(core);
  loadStateDict(model, parameters);
  return model;
};

test('a network learns in a thread of its own, each step reported once', async () => {
  const steps: number[] = [];
  const trained = await train(XOR, { onStep: (step) => steps.push(step) });
  expect(steps).toEqual(Array.from({ length: 300 }, (_, i) => i));
  const logits = modelOf(XOR.layers, trained).predict(XOR.x);
  expect([...logits].map((logit) => logit > 0)).toEqual([false, true, true, false]);
});

test('a global Worker that is Node’s own, as onnxruntime-web leaves one, is none of a page', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  Object.defineProperty(globalThis, 'Worker', { value: Worker, configurable: true, writable: true });
  try {
    expect((await train({ ...XOR, steps: 2 })).steps).toBe(2);
  } finally {
    if (before) Object.defineProperty(globalThis, 'Worker', before);
    else Reflect.deleteProperty(globalThis, 'Worker');
  }
});

test('it has the bits of the same program here', async () => {
  const generator = new Generator(4);
  const x = generator.randn(60 * 6);
  const y = Int32Array.from({ length: 60 }, (_, i) => (x[6 * i] > 0 ? 1 : 0));
  const layers: LayerDescription[] = [
    ['Linear', 6, 16, { bias: false, gain: 5 / 3 }],
    ['BatchNorm1d', 16, { correction: 0 }],
    [
      'Residual',
      [
        ['Linear', 16, 16],
        ['GELU', { approximate: 'tanh' }],
      ],
    ],
    ['Dropout', { p: 0.25 }],
    ['Sequential', [['LayerNorm', 16]]],
    ['Linear', 16, 2],
  ];
  const losses: number[] = [];
  const trained = await train(
    {
      layers,
      seed: 9,
      loss: ['CrossEntropyLoss', { labelSmoothing: 0.1, weight: [1, 2] }],
      optimizer: ['AdamW', { lr: ['oneCycleLR', 0.02, { totalSteps: 90 }], weightDecay: 0.1 }],
      clip: ['clipGradNorm', 0.5],
      x,
      y,
      batchSize: 16,
      steps: 90,
      validation: { x, y },
      every: 30,
      metrics: ['accuracy'],
    },
    { onStep: (_, loss) => losses.push(loss) },
  );
  const model = new Sequential([
    new Linear(6, 16, { bias: false, gain: 5 / 3 }),
    new BatchNorm1d(16, { correction: 0 }),
    new Residual([new Linear(16, 16), new GELU({ approximate: 'tanh' })]),
    new Dropout({ p: 0.25 }),
    new Sequential([new LayerNorm(16)]),
    new Linear(16, 2),
  ]).to(core, { seed: 9 });
  const here = new Trainer({
    model,
    loss: new CrossEntropyLoss({ labelSmoothing: 0.1, weight: [1, 2] }),
    optimizer: new AdamW(model.parameters(), { lr: oneCycleLR(0.02, { totalSteps: 90 }), weightDecay: 0.1 }),
    clip: (parameters) => clipGradNorm(parameters, 0.5),
    ...{ x, y, batchSize: 16, seed: 9 },
  });
  const own: number[] = [];
  const validation = new Validation({ x, y }, { every: 30, metrics: { accuracy } });
  await here.run(90, {
    validation,
    onStep: (_, loss) => own.push(loss),
  });
  expect(losses).toEqual(own);
  expect(trained.best).toEqual(validation.best);
  const came = modelOf(layers, trained);
  expect(fingerprint(came.parameters())).toBe(fingerprint(model.parameters()));
  expect(saveStateDict(came)).toEqual(saveStateDict(model));
});

test('every layer, loss and optimizer can be described', () => {
  const names = (known: object, base: (of: never) => boolean) =>
    Object.entries(known).flatMap(([name, each]) =>
      typeof each === 'function' && each.prototype !== undefined && base(each.prototype as never)
        ? [each.name || name]
        : [],
    );
  const told = (call: () => unknown) => {
    try {
      call();
    } catch (error) {
      return String((error as Error).message);
    }
    return '';
  };
  const listed = (text: string) =>
    (/with a name of (.*), got /.exec(text)?.[1] ?? '').split(', ').filter(Boolean);
  const isLayer = ({ forward, parameters }: { forward?: unknown; parameters?: unknown }) =>
    forward !== undefined && parameters !== undefined;
  const layers = new Set(names(lanewise, isLayer as never));
  expect(layers.size).toBeGreaterThan(15);
  expect(new Set(listed(told(() => sequentialOf([['Conv2d', 3] as never]))))).toEqual(layers);
});

describe('what is wrong is told as here', () => {
  const refused = (training: object) => train({ ...XOR, ...training } as TrainingDescription);
  test.each<[string, object, string]>([
    [
      'a layer that there is not',
      {
        layers: [
          ['Linear', 2, 8],
          ['Residual', [['Conv2d', 3]]],
        ],
      },
      'layer 1.0: expected [name, …] with a name of BatchNorm1d, ',
    ],
    ['what a layer refuses', { layers: [['Linear', 2.5, 8]] }, 'layer 0: Linear: expected inFeatures'],
    [
      'an option',
      { optimizer: ['Adam', { learningRate: 1 }] },
      "Adam: expected options { lr, betas, eps, weightDecay, amsgrad }, got 'learningRate'",
    ],
    [
      'no optimizer',
      { optimizer: undefined },
      'optimizer: expected [name, …] with a name of Adam, AdamW, RMSprop, SGD',
    ],
    ['a schedule', { optimizer: ['SGD', { lr: ['triangle', 1] }] }, 'optimizer: lr: expected [name, …]'],
    [
      'a metric',
      { validation: { x: XOR.x, y: XOR.y }, metrics: ['recall'] },
      "metrics: expected names of accuracy, meanAbsoluteError, rSquared, got 'recall'",
    ],
    ['early stopping by nothing', { patience: 3 }, 'train: expected validation, which patience is of, got'],
    [
      'a plateau of nothing',
      { optimizer: ['Adam', { lr: ['ReduceLROnPlateau', 0.1] }] },
      'train: expected validation, which ReduceLROnPlateau is told, got undefined',
    ],
    ['no validation', { validation: null }, 'Trainer: expected examples { x, y }, got null'],
    ['data', { y: [0, 1, 1, 2] }, 'Trainer: expected targets from 0 to 1, got 2 in row 3 of y'],
    ['a key', { batch: 3 }, 'train: expected a training of { layers, '],
    [
      'no description',
      { layers: undefined },
      'train: expected a training { layers, optimizer, x, y, steps, … }, got an Object',
    ],
    ['what no message can hold', { x: () => 1 }, 'could not be cloned'],
  ])('%s', async (_, training, message) => {
    await expect(refused(training)).rejects.toThrow(message);
  });

  test('a loss that is not finite', async () => {
    const x = [...XOR.x.slice(0, 3), [1, Number.NaN]];
    const error = await refused({ x }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(lanewise.DivergenceError);
    expect((error as lanewise.DivergenceError).origin).toMatchObject({ kind: 'input', place: 'example 3' });
  });

  test('what onStep throws ends it', async () => {
    const onStep = (step: number) => {
      if (step === 5) throw new RangeError('five');
    };
    await expect(train({ ...XOR, steps: 1e9 }, { onStep })).rejects.toThrow(new RangeError('five'));
  });
});

test('a signal ends it, and so does the patience of early stopping', async () => {
  const controller = new AbortController();
  const onStep = (step: number) => step >= 10 && controller.abort();
  const { steps } = await train({ ...XOR, steps: 1e9 }, { signal: controller.signal, onStep });
  expect(steps).toBeLessThan(1e9);
  const validation = { x: XOR.x, y: [1, 0, 0, 1] };
  const { best, steps: stopped } = await train({ ...XOR, validation, every: 5, patience: 3 });
  expect([best?.step, stopped]).toEqual([5, 20]);
});

test('a plateau is told each validation', async () => {
  // What is validated gets worse at once: the rate falls to 0 after two more.
  const optimizer = ['SGD', { lr: ['ReduceLROnPlateau', 0.5, { factor: 0, patience: 1 }] }] as const;
  const validation = { x: XOR.x, y: [1, 0, 0, 1] };
  const losses: number[] = [];
  await train(
    { ...XOR, optimizer, validation, every: 5, steps: 60 },
    { onValidation: ({ loss }) => losses.push(loss) },
  );
  expect(new Set(losses.slice(0, 3)).size).toBeGreaterThan(1);
  expect(new Set(losses.slice(-6)).size).toBe(1);
});

test('it goes on from given parameters', async () => {
  const first = await train(XOR);
  const losses: number[] = [];
  const { parameters } = first;
  await train({ ...XOR, parameters, steps: 1 }, { onStep: (_, loss) => losses.push(loss) });
  expect(losses[0]).toBeLessThan(first.lastLoss as number);
});

test('many trainings in one worker, one after the other', async () => {
  const worker = new Worker(new URL('../../docs/programs/described-worker.mjs', import.meta.url));
  const first = await train(XOR, { worker });
  const pair = [train(XOR, { worker }), train(XOR, { worker })];
  await expect(pair[1]).rejects.toThrow('trainInWorker: expected a worker that is free, got one that trains');
  expect((await pair[0]).parameters).toEqual(first.parameters);
  await worker.terminate();
});

test('a description is made into a trainer here too', async () => {
  const { trainer, steps } = await prepareTraining(XOR);
  expect(await trainer.run(steps)).toBe(300);
});

test('what a description cannot hold does not compile', () => {
  const wrong = () => {
    // @ts-expect-error There is no such layer.
    sequentialOf([['Conv2d', 3]]);
    // @ts-expect-error A number of columns is missing.
    sequentialOf([['Linear', 3]]);
    // @ts-expect-error There is no such option.
    train({ ...XOR, optimizer: ['SGD', { learningRate: 0.1 }] });
    // @ts-expect-error SGD has no learning rate of its own.
    train({ ...XOR, optimizer: ['SGD'] });
    // @ts-expect-error A schedule is missing its options.
    train({ ...XOR, optimizer: ['Adam', { lr: ['oneCycleLR', 0.1] }] });
  };
  expect(wrong).toBeTypeOf('function');
});

describe('in a page', () => {
  const programs: Record<string, string> = {
    '/alone.js': `import { train } from '/worker.js';
      const training = ${JSON.stringify(XOR)};
      document.title = await train(training).then(({ lastLoss }) => lastLoss, ({ message }) => message);`,
    '/given.js': `import { train } from '/worker.js';
      const worker = new Worker('/thread.js', { type: 'module' });
      const training = ${JSON.stringify(XOR)};
      document.title = await train(training, { worker }).then(({ lastLoss }) => lastLoss, ({ message }) => message);`,
    '/thread.js': `import { prepareTraining, serveTraining } from '/worker.js';
      serveTraining(prepareTraining);`,
  };
  const own = createServer(({ url = '/' }, response) => {
    const [, name, policy] = /^\/page\/(\w+)\/(.*)$/.exec(url) ?? [];
    response.setHeader('content-type', name === undefined ? 'text/javascript' : 'text/html');
    if (policy) response.setHeader('content-security-policy', decodeURIComponent(policy));
    if (name !== undefined) response.end(`<script type="module" src="/${name}.js"></script>`);
    else if (url in programs) response.end(programs[url]);
    else response.writeHead(404).end();
  });
  let browser: Awaited<ReturnType<typeof chromium.launch>>;
  beforeAll(async () => {
    const built = (await build({
      configFile: false,
      logLevel: 'error',
      plugins: [embedded(), threads()],
      build: {
        write: false,
        target: 'es2022',
        lib: { entry: 'src/interchange/worker.ts', formats: ['es'], fileName: 'worker' },
      },
    })) as { output: { fileName: string; code: string }[] }[];
    for (const { fileName, code } of built[0].output) programs[`/${fileName}`] = code;
    own.listen(0);
    browser = await chromium.launch({
      executablePath: process.env.LANEWISE_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
  });
  afterAll(async () => {
    await browser.close();
    own.close();
  });
  const titleOf = async (name: string, policy = '') => {
    const tab = await browser.newPage();
    const { port } = own.address() as AddressInfo;
    await tab.goto(`http://localhost:${port}/page/${name}/${encodeURIComponent(policy)}`);
    await tab.waitForFunction(() => document.title !== '', undefined, { timeout: 0 });
    const title = await tab.title();
    await tab.close();
    return title;
  };

  test('it needs no file, and has the bits of Node', async () => {
    expect(await titleOf('alone')).toBe(String((await train(XOR)).lastLoss));
  });

  test('under a policy that refuses blob: workers it says what helps, and that does', async () => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
    expect(await titleOf('alone', policy)).toMatch(
      /^train: expected a worker of its own to begin, got: .*\. Where a page's policy refuses blob: workers, give it one: /,
    );
    expect(await titleOf('given', policy)).toBe(String((await train(XOR)).lastLoss));
    expect(await titleOf('alone', `${policy}; worker-src blob:`)).toBe(String((await train(XOR)).lastLoss));
  });
});
