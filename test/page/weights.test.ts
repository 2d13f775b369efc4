import { describe, expect, test } from 'vitest';
import { placedLayers, placeOf } from '../../src/diagnostics/places.js';
import { Generator, type Layer, load } from '../../src/index.js';
import { createDeep, createMlp } from '../../src/makemore/index.js';
import { HeldAxis } from '../../src/page/instruments/shared/held-axis.js';
import { countFor, labelsOf, matrixBefore, scaleOf } from '../../src/page/instruments/weights/labels.js';

const core = await load();
const layersOf = (model: unknown) =>
  placedLayers(model as Layer).map((each) => ({ place: placeOf(each), kind: each.kind }));
const vocabulary = ['.', ...'abcdefghijklmnopqrstuvwxyz'];
const deep = {
  layers: layersOf(createDeep(core, new Generator(1), { vocabularySize: 27, depth: 3 })),
  embedding: 10,
  vocabulary,
};
const mlp = {
  layers: layersOf(createMlp(core, new Generator(1), { vocabularySize: 27, init: 'kaiming' })),
  embedding: 10,
  vocabulary,
};

describe('rows are named by what feeds them, columns by what comes out', () => {
  test('of the embedding: characters and dimensions', () => {
    const labels = labelsOf('0.weight', deep);
    expect([labels?.name, labels?.row(0), labels?.row(5), labels?.column(4)]).toEqual([
      'embedding',
      '.',
      'e',
      'dimension 4',
    ]);
    expect(labels?.characters).toBe(true);
  });

  test('of the first linear layer: a character of the context and a dimension of it', () => {
    const labels = labelsOf('2.weight', deep);
    expect([0, 14, 29].map((i) => labels?.row(i))).toEqual([
      '1st character, dimension 0',
      '2nd character, dimension 4',
      '3rd character, dimension 9',
    ]);
    expect(labels).toMatchObject({ name: 'linear 1 of 3', group: 10, activation: 'layer 4 Tanh' });
  });

  test('of later ones: the units before; of the last: characters', () => {
    expect(deep.layers[5].place).toBe('layer 5 Linear');
    const second = labelsOf('5.weight', deep);
    expect([second?.row(17), second?.column(3), second?.activation]).toEqual([
      'tanh 1 of 2, unit 17',
      'unit 3',
      'layer 7 Tanh',
    ]);
    const last = labelsOf('8.weight', deep);
    expect([last?.row(0), last?.column(1), last?.activation]).toEqual([
      'tanh 2 of 2, unit 0',
      'logit of a',
      undefined,
    ]);
    expect(labelsOf('4.weight', mlp)?.row(3)).toBe('tanh 1 of 1, unit 3');
    expect(labelsOf('99.weight', mlp)).toBeUndefined();
  });
});

test('a layer that is pointed at has the matrix that leads to it', () => {
  const names = ['0.weight', '2.weight', '5.weight', '8.weight'];
  const of = (place: string | undefined) => matrixBefore(place, names, deep.layers);
  expect(['layer 0 Embedding', 'layer 1 Flatten', 'layer 2 Linear'].map(of)).toEqual([0, 0, 1]);
  expect(['layer 3 BatchNorm1d', 'layer 4 Tanh', 'layer 5 Linear', 'layer 9 BatchNorm1d'].map(of)).toEqual([
    1, 1, 2, 3,
  ]);
  expect([of(undefined), of('layer 77 Tanh')]).toEqual([undefined, undefined]);
});

test('the scale of the colours is 1, 2 or 5 times a power of ten, above most values', () => {
  const scale = (std: number) => scaleOf(new Generator(5).randn(1000).map((value) => std * value));
  expect([1, 0.1, 0.003, 0.5].map(scale)).toEqual([5, 0.5, 0.01, 2]);
  expect([scaleOf([]), scaleOf([0, 0]), scaleOf([Number.NaN, 0.2, -0.2])]).toEqual([1, 1, 0.5]);
});

test('how many singular values hold a share of the squares', () => {
  expect(countFor(0.9, [3, 1, 0])).toBe(1);
  expect(countFor(0.91, [3, 1, 0])).toBe(2);
  expect(countFor(0.9, [1, 1, 1, 1])).toBe(4);
  expect(countFor(0.9, [0, 0])).toBe(1);
});

test('held axes only grow, until they are of something else', () => {
  const axis = new HeldAxis();
  expect(axis.hold('run 1', [-1, 1])).toEqual([-1, 1]);
  expect(axis.hold('run 1', [-0.5, 2])).toEqual([-1, 2]);
  expect(axis.hold('run 1', [-0.1, 0.1])).toEqual([-1, 2]);
  expect(axis.hold('run 2', [-0.1, 0.1])).toEqual([-0.1, 0.1]);
  expect(axis.holdTop('run 2', 5)).toBe(5);
  expect(axis.holdTop('run 2', 3)).toBe(5);
  expect(axis.holdTop('run 3', 3)).toBe(3);
});
