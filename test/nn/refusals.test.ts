/** What a layer, a network, an optimizer, a loss and a trainer do not take: each is refused by name, and nothing moves. */
import { beforeAll, describe, expect, test } from 'vitest';
import { histogram, summarise } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropy,
  CrossEntropyLoss,
  calibrate,
  Dropout,
  ELU,
  Embedding,
  type Examples,
  evaluate,
  Flatten,
  GELU,
  Generator,
  Indices,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  load,
  ReLU,
  Residual,
  Sequential,
  SGD,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
  Tensor,
  Trainer,
  type TrainerOptions,
} from '../../src/index.js';

const message = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
};

describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  const kinds: [string, () => Layer][] = [
    ['Linear', () => new Linear(3, 3)],
    ['BatchNorm1d', () => new BatchNorm1d(3)],
    ['Tanh', () => new Tanh()],
    ['ReLU', () => new ReLU()],
    ['LeakyReLU', () => new LeakyReLU()],
    ['Sigmoid', () => new Sigmoid()],
    ['ELU', () => new ELU()],
    ['GELU', () => new GELU()],
    ['SiLU', () => new SiLU()],
    ['Softplus', () => new Softplus()],
    ['Softmax', () => new Softmax()],
    ['LogSoftmax', () => new LogSoftmax()],
    ['Flatten', () => new Flatten()],
    ['LayerNorm', () => new LayerNorm(3)],
    ['Dropout', () => new Dropout()],
    ['Residual', () => new Residual([new Linear(3, 3)])],
  ];

  describe.each(kinds)('%s', (name, make) => {
    const ready = (): Layer => {
      const layer = make();
      layer.to?.(core);
      layer.reserve?.(core, 4, 3);
      layer.initialise?.(new Generator(1));
      return layer;
    };

    test('an input that is no tensor of floats', () => {
      const layer = ready();
      for (const [input, came] of [
        [core.indices([2, 3]), 'Indices (int32)'],
        [new Int32Array(6), 'an Int32Array'],
        [new Float32Array(6), 'a Float32Array'],
        [new BigInt64Array(6), 'a BigInt64Array'],
        [new Uint8Array(6), 'a Uint8Array'],
        [[1, 2, 3], 'an array'],
        [undefined, 'undefined'],
        [null, 'null'],
        [3, '3'],
      ] as const)
        expect(message(() => layer.forward(input as never))).toBe(
          `${name}: expected its input to be a Tensor (float32), got ${came}`,
        );
    });

    test('a gradient that is no tensor of floats, or not of the shape of its output', () => {
      const layer = ready();
      layer.forward(core.tensor([2, 3]));
      expect(message(() => layer.backward(core.indices([2, 3]) as never))).toBe(
        `${name}.backward: expected the gradient to be a Tensor (float32), got Indices (int32)`,
      );
      expect(message(() => layer.backward(core.tensor([2, 4])))).toBe(
        `${name}.backward: expected 3 columns, got 4`,
      );
      expect(message(() => layer.backward(core.tensor([3, 3])))).toBe(
        `${name}.backward: expected 2 rows, got 3`,
      );
    });

    test('tensors of another core, or disposed of', async () => {
      using other = await load({ backend });
      const layer = ready();
      expect(message(() => layer.forward(other.tensor([2, 3])))).toBe(
        `${name}: expected its input of its own core, got one of another`,
      );
      layer.forward(core.tensor([2, 3]));
      expect(message(() => layer.backward(other.tensor([2, 3]).fill(3)))).toBe(
        `${name}.backward: expected the gradient of its own core, got one of another`,
      );
      expect(message(() => (layer.reserve ?? layer.to)?.call(layer, other, 4, 3))).toBe(
        `${name}: expected the core that it lies in, got another; dispose() first`,
      );
      const gone = core.tensor([2, 3]);
      gone.dispose();
      expect(message(() => layer.forward(gone))).toBe(
        'Tensor: expected one that is in use, got one that was disposed of',
      );
    });
  });

  test('Embedding takes indices, and no floats', () => {
    const layer = new Embedding(4, 2);
    layer.reserve(core, 4, 3);
    layer.initialise(new Generator(1));
    expect(message(() => layer.forward(core.tensor([2, 3]) as never))).toBe(
      'Embedding: expected its input to be Indices (int32), got a Tensor (float32)',
    );
    expect(message(() => layer.forward(new Float32Array(6) as never))).toBe(
      'Embedding: expected its input to be Indices (int32), got a Float32Array',
    );
  });

  test('CrossEntropy: logits and targets that are none', async () => {
    using other = await load({ backend });
    const loss = new CrossEntropy();
    loss.reserve(core, 4, 3);
    const logits = core.tensor([2, 3]);
    const targets = core.indices([2]);
    expect(message(() => loss.forward(logits, new Int32Array(2) as never))).toBe(
      'CrossEntropyLoss: expected its targets to be Indices (int32), got an Int32Array',
    );
    expect(message(() => loss.evaluate(core.indices([2, 3]) as never, targets))).toBe(
      'CrossEntropyLoss: expected its outputs to be a Tensor (float32), got Indices (int32)',
    );
    expect(message(() => loss.forward(logits, other.indices([2])))).toBe(
      'CrossEntropyLoss: expected its targets of its own core, got one of another',
    );
    expect(message(() => loss.forward(other.tensor([2, 3]), targets))).toBe(
      'CrossEntropyLoss: expected its outputs of its own core, got one of another',
    );
    expect(message(() => loss.forward(logits, core.indices([2, 2])))).toBe(
      'CrossEntropyLoss: expected targets of 1 column, got 2',
    );
  });

  test('what is put into a tensor: nothing is cut off or made up', () => {
    const indices = core.indices([2]);
    for (const bad of [2.9, Number.NaN, 2 ** 31, 1n, '1', undefined])
      expect(message(() => indices.set([1, bad as never]))).toMatch(
        /^Tensor\.set: expected int32 integers, got .+ at 1$/,
      );
    expect(indices.toArray()).toEqual(new Int32Array(2));
    const tensor = core.tensor([2]);
    for (const bad of [1n, '1', [1], undefined])
      expect(message(() => tensor.set([1, bad as never]))).toMatch(
        /^Tensor\.set: expected numbers, got .+ at 1$/,
      );
    expect(message(() => tensor.set(7 as never))).toBe('Tensor.set: expected 2 values for shape (2), got 7');
    expect(tensor.set([Number.NaN, Number.POSITIVE_INFINITY]).toArray()).toEqual(
      Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY),
    );
  });

  test('measurements are of floats', () => {
    for (const measure of [summarise, histogram])
      expect(message(() => measure(core.indices([2]) as never))).toBe(
        `${measure.name}: expected what is measured to be a Tensor (float32), got Indices (int32)`,
      );
  });

  test('options that there are not', () => {
    const layer = new Linear(2, 2);
    layer.reserve(core, 1);
    const parameters = layer.parameters();
    const cases: [() => unknown, string][] = [
      [
        () => new SGD(parameters, 0.1 as never),
        'SGD: expected options { lr, momentum, dampening, weightDecay, nesterov }, got 0.1',
      ],
      [
        () => new SGD(parameters, { learningRate: 0.1 } as never),
        "SGD: expected options { lr, momentum, dampening, weightDecay, nesterov }, got 'learningRate'",
      ],
      [() => new SGD(parameters, {} as never), 'SGD: expected lr to be a number, got undefined'],
      [
        () => new SGD(parameters, { lr: -1 }),
        'SGD: expected lr to be a finite number from 0 to 1e+30, got -1',
      ],
      [
        () => new SGD([], { lr: 1 }),
        'SGD: expected an array of parameters, such as model.parameters(), got an empty one',
      ],
      [
        () => new SGD(layer as never, { lr: 1 }),
        'SGD: expected an array of parameters, such as model.parameters(), got a Linear',
      ],
      [
        () => new SGD([...parameters, parameters[0]], { lr: 1 }),
        'SGD: expected each parameter once, got one of them twice',
      ],
      [() => new SGD([{}] as never, { lr: 1 }), 'SGD: expected parameter 0 to be a Parameter, got an Object'],
      [
        () => new BatchNorm1d(2, { trackRunningStats: false } as never),
        "BatchNorm1d: expected options { eps, momentum, correction, tracks, affine }, got 'trackRunningStats'",
      ],
      [
        () => new BatchNorm1d(2, 1e-3 as never),
        'BatchNorm1d: expected options { eps, momentum, correction, tracks, affine }, got 0.001',
      ],
      [() => new LeakyReLU(0.2 as never), 'LeakyReLU: expected options { negativeSlope }, got 0.2'],
      [
        () => new LeakyReLU({ slope: 0.2 } as never),
        "LeakyReLU: expected options { negativeSlope }, got 'slope'",
      ],
      [() => new ELU(2 as never), 'ELU: expected options { alpha }, got 2'],
      [() => new ReLU(true as never), 'ReLU: expected no options, got true'],
      [() => new Tanh({ gain: 1 } as never), "Tanh: expected no options, got 'gain'"],
      [() => new Flatten(2 as never), 'Flatten: expected no options, got 2'],
      [() => new Linear(2, 2, false as never), 'Linear: expected options { bias, gain, init }, got false'],
      [() => new Linear(2, 2, { bias: 0 as never }), 'Linear: expected bias to be true or false, got 0'],
      [
        () => new Embedding(3, 2, { maxNorm: 1 } as never),
        "Embedding: expected options { paddingIdx }, got 'maxNorm'",
      ],
      [
        () => new CrossEntropy({ smoothing: 0.1 } as never),
        "CrossEntropyLoss: expected options { reduction, weight, ignoreIndex, labelSmoothing }, got 'smoothing'",
      ],
      [
        () => summarise(core.tensor([1]), { treshold: 1 } as never),
        "summarise: expected options { threshold }, got 'treshold'",
      ],
    ];
    for (const [act, expected] of cases) expect(message(act)).toBe(expected);
    expect(() => new LeakyReLU({ negativeSlope: undefined as never })).not.toThrow();
  });

  test('a network: an array of layers, each an object of its own', () => {
    const shared = new Tanh();
    expect(message(() => new Sequential([new Linear(3, 4), shared, new Linear(4, 4), shared]))).toBe(
      'Sequential: expected a layer object of its own at each position, got that of 1 at 3 again. ' +
        'Make another one for it; parameters that are tied are not supported',
    );
    const tied = new Linear(4, 4);
    expect(message(() => new Sequential([tied, new Sequential([new Tanh(), tied])]))).toContain(
      'got that of 0 at 1.1 again',
    );
    expect(
      message(
        () =>
          new (Sequential as never as new (...layers: unknown[]) => unknown)(
            new Linear(3, 4) as never,
            new Tanh() as never,
          ),
      ),
    ).toBe('Sequential: expected one array of layers, got a Linear, a Tanh');
    expect(message(() => new Sequential([undefined as never]))).toBe(
      'Sequential: expected layer 0 to have a method forward, got undefined',
    );
  });

  test('a layer of two models goes backward in the one that went forward last', () => {
    const shared = new Linear(3, 2);
    const [a, b] = [new Sequential([shared]), new Sequential([new Tanh(), new Sequential([shared])])];
    a.to(core, { seed: 1 });
    b.to(core);
    const x = core.tensor([2, 3]).set([1, 2, 3, 4, 5, 6]);
    const other = core.tensor([2, 3]).set([0, 0, 0, 0, 0, 0]);
    const dy = core.tensor([2, 2]).set([1, 0, 0, 1]);
    const gradient = () => [...shared.weight.grad.toArray()];
    a.forward(x);
    a.backward(dy);
    const right = gradient();
    a.forward(x);
    b.forward(other);
    expect(message(() => a.backward(dy))).toBe(
      'layer 0: Sequential.backward: expected the forward of this model to be its last, got that of another model, ' +
        'which has the same layer object',
    );
    b.backward(dy);
    expect(gradient()).not.toEqual(right);
    a.forward(x);
    a.backward(dy);
    expect(gradient()).toEqual(right);
  });

  test('an error of a layer says at which position', () => {
    const model = new Sequential([new Linear(3, 4), new Sequential([new Tanh(), new BatchNorm1d(4)])]);
    model.reserve(core, 4, 3);
    model.initialise(new Generator(1));
    expect(message(() => model.forward(core.tensor([1, 3])))).toBe(
      'layer 1.1: BatchNorm1d: expected at least 2 rows while training (one has no variance), got 1',
    );
    model.forward(core.tensor([2, 3]));
    expect(message(() => model.backward(core.tensor([1, 4])))).toBe(
      'layer 1.1: BatchNorm1d.backward: expected 2 rows, got 1',
    );
  });

  test('an error of another realm keeps its position', () => {
    const error = Object.assign(Object.create(null), { message: 'no room' });
    const throwing = (thrown: unknown): Layer => ({
      forward: () => {
        throw thrown;
      },
      backward: (dy) => dy,
      parameters: () => [],
    });
    const model = new Sequential([new Linear(3, 4), new Sequential([throwing(error)])]).to(core, { seed: 1 });
    expect(message(() => model.predict([1, 2, 3]))).toBe('layer 1.0: no room');
    // What is no error stays what it is.
    for (const thrown of ['text', undefined, null]) {
      const other = new Sequential([new Linear(3, 4), throwing(thrown)]).to(core, { seed: 1 });
      let came: unknown = 'nothing';
      try {
        other.predict([1, 2, 3]);
      } catch (error) {
        came = error;
      }
      expect(came).toBe(thrown);
    }
  });

  test('a mode by an argument, as torch takes it', () => {
    const model = new Sequential([new Linear(3, 4), new Tanh()]).to(core, { seed: 1 });
    for (const mode of [false, true])
      expect(message(() => model.train(mode as never))).toBe(
        `Sequential.train: expected no mode, got ${mode}`,
      );
    expect(message(() => model.eval(true as never))).toBe(
      "Sequential.eval: expected 'running' or 'calibrated', got true",
    );
    expect(model.training).toBe(true);
  });

  test('what is no core', () => {
    const refused = (got: string) => `Tensor: expected a Core, from await load(), got ${got}`;
    expect(message(() => new Tensor({} as never, [2, 3]))).toBe(refused('an Object'));
    expect(message(() => new Indices(undefined as never, [2, 3]))).toBe(refused('undefined'));
  });

  test('zeros that nobody asked for', () => {
    const model = new Sequential([new Linear(3, 4), new Tanh(), new Linear(4, 2)]);
    model.reserve(core, 4, 3);
    const refused =
      'layer 0: Linear: expected initial parameters before the first use: to(core, { seed }), ' +
      'initialise(generator), a checkpoint, or weight.value.set(…)';
    expect(message(() => model.forward(core.tensor([2, 3])))).toBe(refused);
    expect(message(() => trainer(core, { model }).step())).toBe(refused);
    // As exercise 1 of the lecture does, on purpose.
    for (const { value } of model.parameters()) value.fill(0);
    expect(model.forward(core.tensor([2, 3])).toArray()).toEqual(new Float32Array(4));
    expect(message(() => model.initialise(undefined as never))).toBe(
      'Sequential.initialise: expected a Generator, got undefined',
    );
  });

  describe('a trainer', () => {
    const x = new Generator(3).randn(24);
    const y = Int32Array.from({ length: 8 }, (_, i) => i % 2);

    test('what it is made of', async () => {
      using other = await load({ backend });
      const refused = (options: Partial<Record<keyof TrainerOptions | 'lr', unknown>>) =>
        message(() => trainer(core, options as Partial<TrainerOptions>));
      expect(refused({ generator: 7 })).toBe('Trainer: expected generator to be a Generator, got 7');
      expect(refused({ core: null })).toBe('Trainer: expected the core that the model lies in, got null');
      expect(refused({ model: [new Tanh()] })).toBe(
        'Trainer: expected model to be a Sequential, got an array',
      );
      expect(refused({ optimizer: { lr: 1 } })).toBe(
        'Trainer: expected optimizer to be an optimizer, such as new SGD(…), got an Object',
      );
      expect(refused({ loss: { backward() {} } })).toBe(
        'Trainer: expected loss to be a loss, such as new CrossEntropyLoss(), got an Object',
      );
      const data = 'Trainer: expected x and y, or examples, or batches';
      for (const bad of [
        { examples: undefined },
        { x, y },
        { examples: undefined, x },
        { examples: undefined, y },
        { x },
        { batches: [] },
      ])
        expect(refused(bad)).toBe(data);
      expect(refused({ examples: 7 })).toBe('Trainer: expected examples { x, y }, got 7');
      // Rows as a user has them.
      expect(refused({ examples: { x, y } })).toBe('nothing was refused');
      expect(refused({ lr: 0.1 })).toMatch(/^Trainer: expected options \{ model, .*, core \}, got 'lr'$/);
      expect(refused({ core: other })).toBe('Trainer: expected the core that the model lies in, got another');
      expect(refused({ seed: 1 })).toBe('Trainer: expected a seed or a generator, got both');
      expect(refused({ generator: undefined, seed: 'one' })).toMatch(/^Generator.*: expected .*'one'$/);
      expect(refused({ sampling: 'random' })).toBe(
        "Trainer: expected sampling 'replacement', 'epochs' or 'ordered', got 'random'",
      );
      expect(refused({ batchSize: 0 })).toBe(
        'Trainer: expected batchSize to be an integer from 1 to 2147483647, got 0',
      );
      const afar = { examples: undefined, generator: undefined, batchSize: undefined };
      expect(refused({ ...afar, batches: 7 })).toBe('Trainer: expected batches to be iterable, got 7');
      expect(refused({ ...afar, batches: null })).toBe('Trainer: expected batches to be iterable, got null');
      expect(refused({ ...afar, batches: [], seed: 1 })).toBe(
        'Trainer: expected no batchSize, seed, generator or sampling with batches',
      );
      const stranger = new Linear(3, 2);
      stranger.reserve(core, 1);
      expect(refused({ optimizer: new SGD(stranger.parameters(), { lr: 1 }) })).toBe(
        "Trainer: expected an optimizer of the model's parameters, got one whose parameter 0 is none of them",
      );
    });

    test('examples of another kind', () => {
      const refused = (examples: Record<string, unknown>) =>
        message(() => trainer(core, { examples: { x, y, count: 8, ...examples } as unknown as Examples }));
      for (const [bad, came] of [
        [Int32Array.from(x), 'an Int32Array'],
        [Float64Array.from(x), 'a Float64Array'],
        [[...x], 'an array'],
        [new BigInt64Array(24), 'a BigInt64Array'],
        [undefined, 'undefined'],
      ])
        expect(refused({ x: bad })).toBe(
          `Trainer: expected x of the type Float32Array, which layer 0 Linear takes, got ${came}`,
        );
      for (const [bad, came] of [
        [Float32Array.of(0, 1, 0, 1, 0, 1, 0, 0.5), 'a Float32Array'],
        [new Uint8Array(8), 'a Uint8Array'],
        [[0, 1, 0, 1, 0, 1, 0, 1], 'an array'],
        [new BigInt64Array(8), 'a BigInt64Array'],
      ])
        expect(refused({ y: bad })).toBe(
          `Trainer: expected y of the type Int32Array, a class a row, got ${came}`,
        );
      expect(refused({ y: new Int32Array(9) })).toBe('Trainer: expected 8 labels in y, got 9');
      expect(refused({ x: new Float32Array(25) })).toBe(
        'Trainer: expected x to be 8 rows of equal length, got 25 numbers',
      );
      for (const bad of [2, -1])
        expect(refused({ y: y.with(5, bad) })).toBe(
          `Trainer: expected labels from 0 to 1, got ${bad} in row 5 of y`,
        );
    });

    test('indices that the embedding has not, with their row; floats for it', () => {
      const model = new Sequential<Indices>([new Embedding(4, 2), new Flatten(), new Linear(6, 2)]);
      model.reserve(core, 8, 3);
      model.initialise(new Generator(1));
      const indices = new Int32Array(24);
      const refused = (x: unknown) =>
        message(() => trainer(core, { model, examples: { x, y, count: 8 } as Examples }));
      expect(refused(x)).toBe(
        'Trainer: expected x of the type Int32Array, which layer 0 Embedding takes, got a Float32Array',
      );
      expect(refused(indices.with(16, 4))).toBe('Trainer: expected indices from 0 to 3, got 4 in row 5 of x');
    });

    test('callbacks and options that are misspelt', async () => {
      const own = trainer(core);
      await expect(own.run(1, { onstep: () => {} } as never)).rejects.toThrow(
        "Trainer.run: expected options { signal, onStep, validation }, got 'onstep'",
      );
      await expect(evaluate(own, { x, y, count: 8 }, { stats: 'running' } as never)).rejects.toThrow(
        "evaluate: expected options { statistics, signal, onBatch, onProgress }, got 'stats'",
      );
      await expect(calibrate(own, { x, y, count: 8 }, 3 as never)).rejects.toThrow(
        'calibrate: expected options { signal, onProgress }, got 3',
      );
    });
  });
});

function trainer(core: Core, options: Partial<TrainerOptions> = {}): Trainer {
  const x = new Generator(3).randn(24);
  const y = Int32Array.from({ length: 8 }, (_, i) => i % 2);
  return make(core, { examples: { x, y, count: 8 }, ...options });
}

function make(core: Core, options: Partial<TrainerOptions>): Trainer {
  const generator = new Generator(1);
  let { model } = options;
  if (!('model' in options)) {
    model = new Sequential<Tensor>([new Linear(3, 4), new Tanh(), new Linear(4, 2)]);
    model.reserve(core, 8, 3);
    model.initialise(generator);
  }
  const parameters = typeof model?.parameters === 'function' ? model.parameters() : [];
  const optimizer = parameters.length > 0 ? new SGD(parameters, { lr: 0.1 }) : undefined;
  return new Trainer({
    core,
    loss: new CrossEntropyLoss(),
    optimizer,
    batchSize: 4,
    generator,
    ...options,
    model,
  } as TrainerOptions);
}
