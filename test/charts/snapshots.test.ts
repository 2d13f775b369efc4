import { expect, test } from 'vitest';
import { activationsOf, preactivationsOf } from '../../src/charts/index.js';
import { watch } from '../../src/diagnostics/index.js';
import { CrossEntropy, Generator, Linear, load, Sequential, SGD, Tanh } from '../../src/index.js';

async function network() {
  const core = await load();
  const model = new Sequential([
    new Linear(3, 4),
    new Tanh(),
    new Linear(4, 4),
    new Tanh(),
    new Linear(4, 2),
  ]);
  model.reserve(core, 8, 3);
  model.initialise(new Generator(7));
  const loss = new CrossEntropy();
  loss.reserve(core, 8, 2);
  const x = core.tensor([8, 3]).set(new Generator(1).randn(24));
  const watcher = watch({ model, optimizer: new SGD(model.parameters(), { lr: 0.1 }), loss });
  const look = () => {
    model.forward(x);
    return watcher.snapshot();
  };
  return { model, look };
}

test('pre-activations are the outputs of the layers before, under the names of the activations', async () => {
  const { look } = await network();
  const snapshot = look();
  const [before, after] = [preactivationsOf(snapshot), activationsOf(snapshot)];
  expect(before.map(({ name, layer }) => [name, layer])).toEqual([
    ['layer 1 Tanh', 1],
    ['layer 3 Tanh', 2],
  ]);
  expect(before.map(({ std }) => std)).toEqual([
    snapshot.layers[0].output?.std,
    snapshot.layers[2].output?.std,
  ]);
  expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
});

test('a layer that holds what is no number has no distribution; the others have', async () => {
  const { model, look } = await network();
  model.layers[2].parameters()[0].value.fill(Number.NaN);
  const snapshot = look();
  expect(activationsOf(snapshot).map(({ name }) => name)).toEqual(['layer 1 Tanh']);
  expect(preactivationsOf(snapshot).map(({ name }) => name)).toEqual(['layer 1 Tanh']);
});
