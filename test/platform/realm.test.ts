// Arrays of another realm, as a page's iframe, `vm` and Jest make them, in every public function that takes arrays.
import { createContext, runInContext } from 'node:vm';
import { expect, test } from 'vitest';
import { fingerprint, surveyUnits } from '../../src/diagnostics/index.js';
import {
  CrossEntropyLoss,
  Embedding,
  evaluate,
  Flatten,
  Generator,
  Linear,
  load,
  multinomial,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';
import {
  getRngState,
  loadCheckpoint,
  readCheckpoint,
  restoreTrainer,
  saveCheckpoint,
  setRngState,
  trainerState,
} from '../../src/interchange/index.js';
import { lectureSettings, parseNames, Run, readRun } from '../../src/makemore/index.js';

type Classes = Pick<typeof globalThis, 'Float32Array' | 'Int32Array' | 'Uint8Array'>;

const context = createContext({});
const foreign: Classes = runInContext('({ Float32Array, Int32Array, Uint8Array })', context);
/** As Node's Buffer in a test under Jest: a class of its own over another realm's. */
const derived: Classes = runInContext(
  `({ Float32Array: class A extends Float32Array {}, Int32Array: class B extends Int32Array {}, Uint8Array: class C extends Uint8Array {} })`,
  context,
);

const bytesOf = (text: string) => new TextEncoder().encode(text);
const generator = () => new Generator(7);
const floats = generator().randn(24);
const rows = Int32Array.from(generator().randint(0, 4, 24));
const labels = Int32Array.from(generator().randint(0, 3, 8));

/** A small network on 8 examples of 3 numbers, integers or not. */
async function trained(integers: boolean, of: Classes) {
  const core = await load();
  const first = integers ? [new Embedding(4, 2), new Flatten(), new Linear(6, 5)] : [new Linear(3, 5)];
  const model = new Sequential([...first, new Tanh(), new Linear(5, 3)] as never) as Sequential<never>;
  const x = integers ? new of.Int32Array(rows) : new of.Float32Array(floats);
  const examples = { x, y: new of.Int32Array(labels), count: 8 };
  model.reserve(core, 8, 3);
  model.initialise(generator());
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer,
    examples,
    batchSize: 4,
    generator: generator(),
  });
  await trainer.run(20);
  return { core, model, trainer, examples };
}

const list = 'ana\nén\n犬\nbob\nbo\nab\nna\naan\nbba\nabba\n';
const aRun = async () =>
  Run.prepare(parseNames(bytesOf(list), 'list'), { ...lectureSettings, hidden: 4, batch: 4, steps: 5 });

const calls: Record<string, (classes: Classes) => unknown> = {
  parseNames: (of) => parseNames(new of.Uint8Array(bytesOf(list)), 'list'),
  setRngState: (of) => setRngState(new Generator(1), new of.Uint8Array(getRngState(generator()))).randn(3),
  'Generator.normal_': (of) => [...generator().normal_(new of.Float32Array(20), 1, 2)],
  'Generator.uniform_': (of) => [...generator().uniform_(new of.Float32Array(5), -1, 1)],
  'Generator.exponential_': (of) => [...generator().exponential_(new of.Float32Array(5))],
  'Generator.randintInto': (of) => [...generator().randintInto(new of.Int32Array(5), 0, 9)],
  multinomial: (of) =>
    multinomial(new of.Float32Array([0.1, 0.7, 0.2]), 9, { generator: generator(), replacement: true }),
  'Tensor.set and gather': async (of) => {
    const core = await load();
    const tensor = core.tensor([2, 3]).set(new of.Float32Array(floats.subarray(0, 6)));
    const before = tensor.toArray();
    tensor.gather(new of.Float32Array(floats), 0, new of.Int32Array([3, 1]));
    return [before, tensor.toArray()];
  },
  'Indices.set and gather': async (of) => {
    const indices = (await load()).indices([2, 3]).set(new of.Int32Array(rows.subarray(0, 6)));
    const before = indices.toArray();
    indices.gather(new of.Int32Array(rows), 0, new of.Int32Array([3, 1]));
    return [before, indices.toArray()];
  },
  'readCheckpoint and loadCheckpoint': async (of) => {
    const { model, trainer } = await trained(false, globalThis);
    const bytes = new of.Uint8Array(saveCheckpoint({ model, trainer }));
    const other = await trained(false, globalThis);
    await other.trainer.run(25);
    loadCheckpoint(bytes, { model: other.model, trainer: other.trainer });
    await other.trainer.run(30);
    return [readCheckpoint(bytes), fingerprint(other.model.parameters())];
  },
  restoreTrainer: async (of) => {
    const { model, trainer } = await trained(false, globalThis);
    const { generator, ...state } = trainerState(trainer);
    restoreTrainer(trainer, { ...state, generator: new of.Uint8Array(generator) });
    await trainer.run(30);
    return fingerprint(model.parameters());
  },
  'readRun and Run.resume': async (of) => {
    const bytes = new of.Uint8Array((await aRun()).save());
    const run = await Run.resume(parseNames(bytesOf(list), 'list'), readRun(bytes));
    await run.train();
    return run.record('0').fingerprint;
  },
};
for (const integers of [true, false])
  calls[`Trainer and surveyUnits on ${integers ? 'integers' : 'floats'}`] = async (of) => {
    const { model, trainer, examples } = await trained(integers, of);
    const loss = await evaluate(trainer, examples);
    return [fingerprint(model.parameters()), loss, await surveyUnits(trainer, examples)];
  };

test.each(Object.keys(calls))('%s', async (name) => {
  const usual = await calls[name](globalThis);
  expect(await calls[name](foreign)).toEqual(usual);
  expect(await calls[name](derived)).toEqual(usual);
});

test('an array of another kind is refused by its name, whatever its realm', () => {
  const other = runInContext('({ Float64Array, Int32Array })', context);
  expect(() => generator().normal_(new other.Float64Array(2))).toThrow(
    new TypeError('Generator.normal_: expected a Float32Array, got a Float64Array'),
  );
  expect(() => setRngState(generator(), new other.Int32Array(2))).toThrow(
    new TypeError('setRngState: expected a Uint8Array, got an Int32Array'),
  );
  expect(() => parseNames('ana\nbob' as never, 'list')).toThrow(
    new TypeError("parseNames: expected a Uint8Array, got 'ana\\u{a}bob'"),
  );
});
