import { describe, expect, test } from 'vitest';
import { placedLayers, placeOf } from '../../src/diagnostics/places.js';
import { Generator, type Layer, load, ReLU } from '../../src/index.js';
import { createDeep, createMlp } from '../../src/makemore/index.js';
import {
  layerName,
  layerNames,
  type PlacedLayer,
  parameterName,
  withLayerNames,
} from '../../src/page/view/layer-names.js';

const core = await load();
const layersOf = (model: unknown): PlacedLayer[] =>
  placedLayers(model as Layer).map((each) => ({ place: placeOf(each), kind: each.kind }));
const deep = (batchNorm: boolean, depth = 6) =>
  layersOf(createDeep(core, new Generator(1), { vocabularySize: 27, depth, batchNorm }));
const mlp = (init: 'notebook' | 'kaiming') =>
  layersOf(createMlp(core, new Generator(1), { vocabularySize: 27, init }));

describe('layerNames', () => {
  test('count the layers of a kind, and do not move when batch norm is switched off', () => {
    const [normed, plain] = [[...layerNames(deep(true)).values()], [...layerNames(deep(false)).values()]];
    expect(normed.slice(0, 5)).toEqual([
      'embedding',
      'flatten',
      'linear 1 of 6',
      'batch norm 1 of 6',
      'tanh 1 of 5',
    ]);
    expect(normed.filter((name) => !name.startsWith('batch norm'))).toEqual(plain);
    expect(plain).toContain('tanh 5 of 5');
  });

  test('of the first network, with batch norm and without', () => {
    expect([...layerNames(mlp('notebook'))]).toEqual([
      ['layer 0 Embedding', 'embedding'],
      ['layer 1 Flatten', 'flatten'],
      ['layer 2 Linear', 'linear 1 of 2'],
      ['layer 3 BatchNorm1d', 'batch norm 1 of 1'],
      ['layer 4 Tanh', 'tanh 1 of 1'],
      ['layer 5 Linear', 'linear 2 of 2'],
    ]);
    expect(layerName('layer 3 Tanh', mlp('kaiming'))).toBe('tanh 1 of 1');
  });

  test('write a function in capitals as it is written, and leave what is no layer of the network', () => {
    const relu = layersOf(
      createDeep(core, new Generator(1), {
        vocabularySize: 27,
        batchNorm: false,
        activation: () => new ReLU(),
      }),
    );
    expect(layerName('layer 3 ReLU', relu)).toBe('ReLU 1 of 5');
    expect(layerName('learning rate', relu)).toBe('learning rate');
  });
});

test('a parameter is named after its layer; layer 1 is not layer 10', () => {
  const layers = deep(true);
  expect(parameterName('0.weight', layers)).toBe('weight of embedding');
  expect(parameterName('2.weight', layers)).toBe('weight of linear 1 of 6');
  expect(parameterName('3.bias', layers)).toBe('bias of batch norm 1 of 6');
  expect(layers[11].place).toBe('layer 11 Linear');
  expect(parameterName('11.weight', layers)).toBe('weight of linear 4 of 6');
  expect(parameterName('99.weight', layers)).toBe('99.weight');
});

test('sentences of the library say these names, and keep their numbers', () => {
  const layers = mlp('kaiming');
  expect(
    withLayerNames(
      'The std goes from 0.5 at layer 3 Tanh to 0.05 here; below 1e-4, 30 % is healthy.',
      layers,
    ),
  ).toBe('The std goes from 0.5 at tanh 1 of 1 to 0.05 here; below 1e-4, 30 % is healthy.');
  expect(withLayerNames('Layer 3 Tanh', layers)).toBe('tanh 1 of 1');
  expect(withLayerNames('parameter 4.weight', layers)).toBe('weight of linear 2 of 2');
  expect(withLayerNames('The gradient is exactly 0 in 2 of 5 parameters (2.bias, 4.weight).', layers)).toBe(
    'The gradient is exactly 0 in 2 of 5 parameters (bias of linear 1 of 2, weight of linear 2 of 2).',
  );
});
