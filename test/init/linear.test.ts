import { beforeAll, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  type Core,
  Generator,
  kaimingUniform,
  Linear,
  type LinearOptions,
  load,
  Sequential,
  Tanh,
  xavierUniform,
} from '../../src/index.js';
import { getRngState } from '../../src/interchange/index.js';

let core: Core;
beforeAll(async () => {
  core = await load();
  return () => core.dispose();
});

// torch 1.13: manual_seed(2147483647), then Sequential(Linear(2, 8), Tanh(), Linear(8, 1)).
const torch = {
  '0.weight': [8, 'j7OWPpYVU75I2Q6/8EwQPmpGFL9dexS/YGMKPxHwMD/QHDK/43SXvoZUrj44CA++jscDP0IkrT6QSie+ZnTMvg=='],
  '0.bias': [1, '+7aUPpa+MD+ahSY/nVexvRcylj67+SC/x67hPkCDjL4='],
  '2.weight': [1, 'XmmyPt795L1/KFS+OiObPVmlgT7FkAC+G5GQPWCndL4='],
  '2.bias': [1, '/wG4vQ=='],
} as const;

test("Linear's init 'torch' is torch.nn.Linear's, layer after layer", () => {
  const model = new Sequential([
    new Linear(2, 8, { init: 'torch' }),
    new Tanh(),
    new Linear(8, 1, { init: 'torch' }),
  ]);
  model.to(core, { seed: 2147483647 });
  expect(model.namedParameters().map(([name]) => name)).toEqual(Object.keys(torch));
  for (const [name, { value }] of model.namedParameters()) {
    const [rows, text] = torch[name as keyof typeof torch];
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const want = new Float32Array(bytes.buffer);
    const columns = want.length / rows;
    const got = value.toArray();
    const inOrder = got.map((_, at) => got[(at % columns) * rows + Math.floor(at / columns)]);
    expect([name, ...inOrder]).toEqual([name, ...want]);
  }
  expect(model.layers[0].toString()).toBe('Linear(2, 8)');
  model.dispose();
});

test("its weight is kaimingUniform's with a = √5, whatever the fan", () => {
  for (const fanIn of [1, 2, 3, 5, 7, 10, 27, 49, 100, 784, 1023]) {
    const layer = new Linear(fanIn, 3, { init: 'torch', bias: false });
    layer.to(core);
    layer.initialise(new Generator(fanIn));
    const print = fingerprint([layer.weight]);
    kaimingUniform(layer.weight, new Generator(fanIn), { a: Math.sqrt(5) });
    expect([fanIn, fingerprint([layer.weight])]).toEqual([fanIn, print]);
    layer.dispose();
  }
});

test('without a bias only the weight is drawn; the default is the lecture', () => {
  const make = (options?: LinearOptions): [string, unknown] => {
    const layer = new Linear(6, 5, options);
    layer.to(core);
    const generator = new Generator(2);
    layer.initialise(generator);
    const print = fingerprint([layer.weight]);
    layer.dispose();
    return [print, getRngState(generator)];
  };
  const [withBias, afterBoth] = make({ init: 'torch' });
  const [without, afterWeight] = make({ init: 'torch', bias: false });
  expect(without).toBe(withBias);
  expect(afterWeight).not.toEqual(afterBoth);
  const drawn = new Generator(2);
  drawn.rand(30);
  expect(afterWeight).toEqual(getRngState(drawn));
  expect(make({ init: 'lecture' })).toEqual(make());
  expect(make()[0]).not.toBe(withBias);
});

test('a layer that was made anew is ready once it is initialised by hand', () => {
  const layer = new Linear(3, 4);
  expect(() => xavierUniform(layer.weight, new Generator(1))).toThrow(
    new Error('Linear: expected to(core), or reserve(…), before the first use of its parameters'),
  );
  layer.to(core);
  const x = core.tensor([2, 3]).fill(1);
  expect(() => layer.forward(x)).toThrow('Linear: expected initial parameters before the first use');
  xavierUniform(layer.weight, new Generator(1));
  const weight = layer.weight.value.toArray();
  const sums = [0, 1, 2, 3].map((o) => weight[o] + weight[4 + o] + weight[8 + o]);
  layer
    .forward(x)
    .toArray()
    .forEach((value, at) => {
      expect(value).toBeCloseTo(sums[at % 4], 5);
    });
  layer.dispose();
  x.dispose();
});

test.each<[string, object]>([
  ["Linear: expected init 'lecture' or 'torch', got 'kaiming'", { init: 'kaiming' }],
  ["Linear: expected init 'lecture' or 'torch', got true", { init: true }],
  ["Linear: expected no gain with init 'torch', got 2", { init: 'torch', gain: 2 }],
])('%s', (message, options) => {
  expect(() => new Linear(3, 4, options)).toThrow(new TypeError(message));
});
