/** Origins that lie elsewhere than they seem: in the step before, in what the optimizer had done, in a layer of the user. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainDivergence } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type BatchNorm1dOptions,
  type Core,
  CrossEntropyLoss,
  calibrate,
  DivergenceError,
  evaluate,
  Generator,
  type Layer,
  Linear,
  load,
  type Origin,
  Parameter,
  ReLU,
  type Schedule,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
} from '../../src/index.js';
import { loadCheckpoint, saveCheckpoint, setRngState, trainerState } from '../../src/interchange/index.js';

const [COLUMNS, ROWS, BATCH] = [4, 40, 8];

describe.each<Backend>(['wasm', 'js'])('the origin on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
  });
  afterAll(() => core.dispose());

  interface Setup {
    lr?: number | Schedule;
    /** Which parameters are trained. */
    trained?: (parameters: Parameter[]) => Parameter[];
  }

  function setUp(layers: Layer[], { lr = 0.05, trained = (all) => all }: Setup = {}) {
    const generator = new Generator(1);
    const model = new Sequential([...layers, new Linear(6, 3)] as unknown as [Layer, ...Layer[]]);
    model.reserve(core, ROWS, COLUMNS);
    model.initialise(generator);
    const x = generator.randn(ROWS * COLUMNS);
    const y = Int32Array.from({ length: ROWS }, (_, i) => i % 3);
    const examples = { x, y, count: ROWS };
    const optimizer = new SGD(trained(model.parameters()), { lr });
    const loss = new CrossEntropyLoss();
    const parts = {
      core,
      model,
      optimizer,
      examples,
      batchSize: BATCH,
      generator,
      loss,
      explain: explainDivergence,
    };
    return { ...parts, x, trainer: new Trainer(parts), another: () => new Trainer(parts) };
  }

  /** The bits of parameters and buffers. */
  const bitsOf = (model: Sequential) =>
    [...model.parameters(), ...model.buffers()].map(({ value }) => new Uint32Array(value.toArray().buffer));

  function originOf(trainer: Trainer): Origin {
    const model = trainer.model as Sequential;
    for (let i = 0; i < 300; i++) {
      const before = bitsOf(model);
      try {
        trainer.step();
      } catch (error) {
        if (!(error instanceof DivergenceError)) throw error;
        expect(bitsOf(model)).toEqual(before);
        return error.origin;
      }
    }
    throw new Error('expected a divergence, and there was none');
  }

  async function originOfEvaluation(trainer: Trainer, rows = ROWS): Promise<Origin> {
    const x = new Generator(8).randn(rows * COLUMNS);
    const error = await evaluate(trainer, { x, y: new Int32Array(rows), count: rows }).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(DivergenceError);
    return error.origin;
  }

  const tanh = () => [new Linear(COLUMNS, 6), new Tanh()];
  const relu = () => [new Linear(COLUMNS, 6), new ReLU(), new Linear(6, 6), new ReLU()];
  const allFinite = (model: Sequential) =>
    model.parameters().every(({ value }) => value.toArray().every(Number.isFinite));
  const write = ({ value }: Parameter, at: number, element: number) =>
    value.set(value.toArray().with(at, element));

  test('an infinity that a tanh hides, seen in the evaluation of other examples', async () => {
    const { trainer, model, x } = setUp(tanh());
    x[21] = Number.POSITIVE_INFINITY;
    while (allFinite(model)) trainer.step();
    expect(await originOfEvaluation(trainer)).toMatchObject({
      kind: 'input',
      place: 'example 5',
      text: 'column 1 of x is Infinity in example 5; examples have to be finite',
    });
  });

  test('the rate that was used, of an optimizer that had made steps before', () => {
    const { trainer, another } = setUp(relu(), { lr: (step) => (step === 13 ? 1e30 : 0.01) });
    for (let i = 0; i < 10; i++) trainer.step();
    const { place, text } = originOf(another());
    expect(place).toBe('learning rate');
    expect(text).toMatch(/^the learning rate 1e\+30 is too high: the updates from step 3 on made/);
  });

  test('a parameter that is not trained, whatever its gradient was', () => {
    const { trainer, model, x } = setUp(tanh(), { trained: (all) => all.slice(2) });
    // Behind the tanh it is 1, but the gradient of the first row of weights is NaN.
    for (let i = 0; i < x.length; i += COLUMNS) x[i] = Number.POSITIVE_INFINITY;
    trainer.step();
    const [weight] = model.parameters();
    expect(weight.grad.toArray()[2]).toBeNaN();
    for (let i = 0; i < x.length; i += COLUMNS) x[i] = 1;
    write(weight, 2, Number.NaN);
    expect(originOf(trainer)).toMatchObject({
      kind: 'parameter',
      text: 'parameter 0.weight is NaN at (0, 2), and no update made it so',
    });
  });

  const bytesOf = ({ model, trainer }: ReturnType<typeof setUp>) => saveCheckpoint({ model, trainer });

  test('parameters of a checkpoint, not the gradients from before it', () => {
    const { trainer, model, x } = setUp(tanh());
    x[21] = Number.POSITIVE_INFINITY;
    originOf(trainer);
    x[21] = 0;
    const saved = setUp(tanh());
    saved.trainer.step();
    write(saved.model.parameters()[2], 4, Number.NaN);
    loadCheckpoint(bytesOf(saved), { model, trainer });
    expect(originOf(trainer).text).toBe('parameter 2.weight is NaN at (1, 1), from the beginning');
    // One that is sound goes on.
    const sound = setUp(tanh());
    sound.trainer.step();
    loadCheckpoint(bytesOf(sound), { model, trainer });
    for (let i = 0; i < 20; i++) expect(trainer.step()).toSatisfy(Number.isFinite);
    expect(trainer.divergence).toBeUndefined();
  });

  test('weights that begin too large come before what the updates made of the others', () => {
    const { trainer, model } = setUp(tanh(), { lr: 0.1 });
    const [first, , second] = model.parameters();
    first.value.fill(1e-30);
    second.value.set(Array.from({ length: 18 }, (_, i) => (i % 2 === 0 ? 3e38 : -3e38)));
    expect(originOf(trainer).text).toBe(
      'parameter 2.weight is as large as 3e+38, too large to compute with; start from smaller weights',
    );
  });

  test('and so do examples, those of the last update too', async () => {
    const { trainer, x } = setUp(relu(), { lr: 0.1 });
    trainer.step();
    for (let i = 0; i < x.length; i++) x[i] *= 1e30;
    trainer.step();
    const { kind, place, text } = await originOfEvaluation(trainer);
    expect(kind).toBe('input');
    expect(place).toMatch(/^example \d+$/);
    expect(text).toMatch(/^column 0 of x is -?\d\.\d+e\+(29|3\d) in example \d+, too large to compute with/);
  });

  /** Hands on its input, and a gradient that is wrong in one way. */
  function faulty(fault: 'gradient' | 'parameter'): Layer {
    const w = new Parameter('w', core.tensor([1]).fill(1), core.tensor([1]));
    const dx = core.tensor([ROWS, 6]);
    return {
      forward: (x: Tensor) => x.set(x.toArray().map((value) => value * w.value.toArray()[0])),
      backward(dy: Tensor) {
        if (fault === 'parameter') w.grad.fill(Number.NaN);
        dx.resize(dy.rows);
        return fault === 'gradient' ? dx.set(dy.toArray().map((d) => d / 0)) : dy;
      },
      parameters: () => [w],
    };
  }

  test.each(['gradient', 'parameter'] as const)(
    'a layer of the user whose %s is not finite, in a Sequential within',
    (fault) => {
      const within = new Sequential([new Linear(COLUMNS, 6), faulty(fault)]);
      const { kind, place, text } = originOf(setUp([within, new Tanh()]).trainer);
      expect([kind, place]).toEqual(['backward', 'layer 0.1 Object']);
      expect(text).toMatch(
        /^the backward of layer 0\.1 Object at step 0 gave a gradient that is not finite, though the one by its output, of up to 0\.\d+, is$/,
      );
    },
  );

  test('an infinity in an example that was not drawn is none', () => {
    const { trainer, x } = setUp([new Linear(COLUMNS, 6), faulty('parameter'), new Tanh()]);
    const { generator } = trainerState(trainer);
    const drawn = new Set(setRngState(new Generator(), generator).randint(0, ROWS, 2 * BATCH));
    const other = Array.from({ length: ROWS }, (_, row) => row).find((row) => !drawn.has(row)) as number;
    x[other * COLUMNS] = Number.POSITIVE_INFINITY;
    expect(originOf(trainer)).toMatchObject({ kind: 'backward', place: 'layer 1 Object' });
    expect(trainer.steps).toBe(1);
  });

  const normed = (options: BatchNorm1dOptions = {}) => {
    const norm = new BatchNorm1d(6, options);
    return { norm, ...setUp([new Linear(COLUMNS, 6), norm]) };
  };

  test.each<[string, BatchNorm1dOptions, (norm: BatchNorm1d) => void, string]>([
    [
      'a mean',
      {},
      (norm) => norm.runningMean.set([0, 0, Number.NaN, 0, 0, 0]),
      'that cannot be: in column 2 mean NaN and variance 1',
    ],
    [
      'a variance below 0',
      {},
      (norm) => norm.runningSpread.set([1, -1, 1, 1, 1, 1]),
      'that cannot be: in column 1 mean 0 and variance -1',
    ],
    [
      'a deviation',
      { tracks: 'std' },
      (norm) => norm.runningSpread.fill(Number.NaN),
      'that cannot be: in column 0 mean 0 and deviation NaN',
    ],
    [
      'a deviation of 0',
      { tracks: 'std' },
      (norm) => norm.runningSpread.set([1, 1, 1, 0, 1, 1]),
      'whose spread is 0 in column 3, and no eps to divide by',
    ],
    [
      'a variance of 0',
      { eps: 0 },
      (norm) => norm.runningSpread.set([1, 1, 1, 1, 0, 1]),
      'whose spread is 0 in column 4, and no eps to divide by',
    ],
  ])('statistics of a batch norm: %s', async (_, options, spoil, text) => {
    const { norm, trainer } = normed(options);
    spoil(norm);
    expect(await originOfEvaluation(trainer)).toMatchObject({
      kind: 'forward',
      place: 'layer 1 BatchNorm1d',
      text: `layer 1 BatchNorm1d has running statistics ${text}`,
    });
  });

  test('statistics of a batch norm that were calibrated on a NaN', async () => {
    const { trainer, examples, norm } = normed();
    norm.setCalibrated(new Float32Array(6).fill(Number.NaN), new Float32Array(6).fill(Number.NaN));
    const error = await evaluate(trainer, examples, { statistics: 'calibrated' }).catch((thrown) => thrown);
    expect(error.origin.text).toBe(
      'layer 1 BatchNorm1d has calibrated statistics that cannot be: in column 0 mean NaN and variance NaN',
    );
  });

  test('a calibration on examples that are not finite is refused, and leaves the statistics from before', async () => {
    const { trainer, examples, x, norm } = normed();
    await calibrate(trainer, examples);
    const before = [norm.calibratedMean.toArray(), norm.calibratedSpread.toArray()];
    x[5] = Number.NaN;
    await expect(calibrate(trainer, examples)).rejects.toThrow(
      new RangeError(
        `calibrate: expected finite numbers, got NaN in column ${5 % COLUMNS} of x in example ${Math.floor(5 / COLUMNS)}`,
      ),
    );
    expect([norm.calibratedMean.toArray(), norm.calibratedSpread.toArray()]).toEqual(before);
    expect(norm.calibrated).toBe(true);
  });

  test('a column whose rows differ by less than can be squared, without eps', () => {
    const { trainer, x, norm } = normed({ eps: 0 });
    for (let i = 0; i < x.length; i++) x[i] = 1e-30 * ((i % 7) - 3);
    expect(originOf(trainer).text).toBe(
      'column 0 of the input of layer 1 BatchNorm1d hardly differs in all 8 rows of the batch, and so no standard ' +
        'deviation for the batch norm to divide by; a larger batch has one, or an eps above 0',
    );
    expect(norm.runningMean.toArray()).toEqual(new Float32Array(6));
    // Behind a tanh the infinite output is 1, and the backward fails.
    const hidden = setUp([new Linear(COLUMNS, 6), new BatchNorm1d(6, { eps: 0 }), new Tanh()]);
    hidden.x.set(x);
    const origin = originOf(hidden.trainer);
    expect(origin).toMatchObject({ kind: 'backward', place: 'layer 1 BatchNorm1d' });
    expect(origin.text).toContain('with eps 0 a column whose rows hardly differ does that');
  });
});
