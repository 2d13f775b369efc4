import { expect, test } from 'vitest';
import {
  BatchNorm1d,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  Linear,
  load,
  Sequential,
} from '../../src/index.js';
import { Sampler, Vocabulary } from '../../src/makemore/index.js';

test.each(['running', 'calibrated', 'batch'] as const)(
  'sampling leaves the layers in the mode %s',
  async (mode) => {
    using core = await load();
    const vocabulary = new Vocabulary(['ab', 'ba']);
    const norm = new BatchNorm1d(4);
    const modes: string[] = [];
    const own = {
      forward: <T>(x: T) => x,
      backward: <T>(dy: T) => dy,
      parameters: () => [],
      train: () => void modes.push('train'),
      eval: (statistics?: string) => void modes.push(`eval ${statistics}`),
    };
    const model = new Sequential<Indices>([
      new Embedding(vocabulary.size, 2),
      new Flatten(),
      new Linear(4, 4),
      norm,
      own as never,
      new Linear(4, vocabulary.size),
    ]);
    model.reserve(core, 4, 2);
    model.initialise(new Generator(1));
    norm.setCalibrated(new Float32Array(4), new Float32Array(4).fill(1));
    if (mode === 'batch') model.train();
    else model.eval(mode);
    const statistics = norm.runningMean.toArray();
    using sampler = new Sampler({ core, model, vocabulary, contextLength: 2, generator: new Generator(2) });
    expect(sampler.names(3)).toHaveLength(3);
    expect(norm.mode).toBe(mode);
    expect(modes.slice(1)).toEqual(['eval running', mode === 'batch' ? 'train' : `eval ${mode}`]);
    expect(norm.runningMean.toArray()).toEqual(statistics);
  },
);
