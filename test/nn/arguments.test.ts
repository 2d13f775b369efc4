/** What is none of what a call takes is told by the call, not by what fails in it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  findings,
  fingerprint,
  onBackward,
  onForward,
  Recorder,
  surveyUnits,
  UnitCounter,
  watch,
} from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  Embedding,
  evaluate,
  Generator,
  Linear,
  load,
  Parameter,
  Sequential,
  SGD,
  Trainer,
  visit,
} from '../../src/index.js';

const none = undefined as never;

describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
  });
  afterAll(() => core.dispose());

  function setUp() {
    const model = new Sequential([new Linear(3, 2)]);
    model.reserve(core, 4, 3);
    model.initialise(new Generator(1));
    const examples = { x: new Float32Array(12).fill(1), y: Int32Array.of(0, 1, 0, 1), count: 4 };
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const parts = { core, model, optimizer, examples, batchSize: 2, generator: new Generator(2) };
    const loss = new CrossEntropyLoss();
    return { model, examples, optimizer, trainer: new Trainer({ ...parts, loss }) };
  }

  test('each by name', async () => {
    const { model, examples, optimizer, trainer } = setUp();
    const calls: [() => unknown, string][] = [
      [
        () => fingerprint(model as never),
        'fingerprint: expected an array of parameters, such as model.parameters(), got a Sequential',
      ],
      [() => fingerprint([1] as never), 'fingerprint: expected parameters, got 1'],
      [() => onForward(none, () => {}), 'onForward: expected a layer or a model, got undefined'],
      [
        () => onBackward(trainer as never, () => {}),
        'onBackward: expected a layer or a model, got a Trainer',
      ],
      [() => onForward(model, none), 'onForward: expected a function, got undefined'],
      [() => watch(none), 'watch: expected model to be a Sequential, got undefined'],
      [() => watch({ model } as never), 'watch: expected optimizer to be an optimizer, got undefined'],
      [() => new Recorder({ optimizer } as never), 'watch: expected model to be a Sequential, got undefined'],
      [() => findings(none), 'findings: expected a snapshot or a series, got undefined'],
      [() => findings(trainer as never), 'findings: expected a snapshot or a series, got a Trainer'],
      [() => new UnitCounter(trainer as never), 'UnitCounter: expected a Sequential, got a Trainer'],
      [() => model.layers[0].initialise?.(none), 'Linear.initialise: expected a Generator, got undefined'],
      [() => new Embedding(2, 2).initialise(7 as never), 'Embedding.initialise: expected a Generator, got 7'],
      [() => model.initialise(42 as never), 'Sequential.initialise: expected a Generator, got 42'],
    ];
    for (const [call, message] of calls) expect(call).toThrow(new TypeError(message));
    await expect(surveyUnits(model as never, examples)).rejects.toThrow(
      new TypeError('surveyUnits: expected a Trainer, or { model, loss }, got a Sequential'),
    );
  });

  test('statistics that there are not, with a batch norm or without one', async () => {
    const { trainer, examples } = setUp();
    await expect(evaluate(trainer, examples, { statistics: 'batch' as never })).rejects.toThrow(
      new TypeError("evaluate: expected statistics 'running' or 'calibrated', got 'batch'"),
    );
    await expect(visit(trainer, examples, () => {}, { statistics: 'best' as never })).rejects.toThrow(
      new TypeError("visit: expected statistics 'running' or 'calibrated' or 'batch', got 'best'"),
    );
  });

  test('a schedule that gives no number trains nothing', () => {
    const layer = new Linear(2, 2);
    layer.reserve(core, 1);
    layer.weight.grad.fill(1);
    for (const [rate, told] of [
      [null, 'null'],
      [true, 'true'],
      ['0.1', "'0.1'"],
      [[], 'an array'],
      [undefined, 'undefined'],
    ]) {
      const optimizer = new SGD(layer.parameters(), { lr: () => rate as never });
      expect(() => optimizer.step()).toThrow(
        `SGD: expected a finite learning rate from 0 to 1e+30 at step 0, got ${told}`,
      );
      expect(optimizer.steps).toBe(0);
    }
    expect(layer.weight.value.toArray()).toEqual(new Float32Array(4));
  });

  test('a parameter whose gradient lies elsewhere, or is of another shape', async () => {
    using other = await load({ backend });
    const own = (grad: Core, shape: number[]) => [
      new Parameter('w', core.tensor([2, 3]), grad.tensor(shape)),
    ];
    expect(() => new SGD(own(other, [2, 3]), { lr: 1 })).toThrow(
      new TypeError('SGD: expected the gradient of parameter 0 of its own core, got one of another'),
    );
    expect(() => new SGD(own(core, [3, 2]), { lr: 1 })).toThrow(
      new RangeError('SGD: expected the gradient of parameter 0 in its shape, (2, 3), got (3, 2)'),
    );
    expect(() => new SGD(own(core, [2, 3]), { lr: 1 })).not.toThrow();
  });

  test('calibrated statistics of another number of columns leave those from before', () => {
    const norm = new BatchNorm1d(2);
    norm.reserve(core, 2);
    norm.setCalibrated([1, 2], [3, 4]);
    const wrong = 'BatchNorm1d.setCalibrated: expected 2 input columns, got 1';
    expect(() => norm.setCalibrated([5, 6], [7])).toThrow(wrong);
    expect(() => norm.setCalibrated([5], [7, 8])).toThrow(wrong);
    expect(norm.calibratedMean.toArray()).toEqual(Float32Array.of(1, 2));
    expect(norm.calibratedSpread.toArray()).toEqual(Float32Array.of(3, 4));
  });

  test('half a row is no row', () => {
    const tensor = core.tensor([2, 2]);
    const source = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(() => tensor.gather(source, 0, [0, 0.5] as never)).toThrow(
      'Tensor.gather: expected a row from 0 to 2, got 0.5',
    );
    expect(() => tensor.gather(source, 0.5)).toThrow('Tensor.gather: expected a row from 0 to 2, got 0.5');
  });
});
