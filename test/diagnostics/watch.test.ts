import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint, histogram, summarise, watch } from '../../src/diagnostics/index.js';
import {
  type Backend,
  type Core,
  CrossEntropy,
  CrossEntropyLoss,
  ELU,
  type Examples,
  Flatten,
  Generator,
  type Layer,
  LeakyReLU,
  Linear,
  load,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  stepSchedule,
  Tanh,
  type Tensor,
  Trainer,
} from '../../src/index.js';

const [COLUMNS, HIDDEN, CLASSES, BATCH] = [3, 6, 4, 8];
const examples: Examples = {
  x: new Generator(3).randn(50 * COLUMNS),
  y: Int32Array.from(new Generator(4).randint(0, CLASSES, 50)),
  count: 50,
};
const LR = stepSchedule(0.5, 20, 0.125);

function setUp(core: Core, activations: Layer[] = [new Tanh(), new Tanh()]) {
  const generator = new Generator(5);
  const blocks = activations.flatMap((activation, i): Layer[] => [
    new Linear(i === 0 ? COLUMNS : HIDDEN, HIDDEN, { gain: 3 }),
    activation,
  ]);
  const model = new Sequential<Tensor>([
    new Flatten(),
    new Sequential([blocks[0], ...blocks.slice(1)]),
    new Linear(HIDDEN, CLASSES),
  ]);
  model.reserve(core, 16, COLUMNS);
  model.initialise(generator);
  const optimizer = new SGD(model.parameters(), { lr: LR });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer,
    examples,
    batchSize: BATCH,
    generator,
  });
  return { model, optimizer, trainer };
}

/** Mean and unbiased std in double, by another way than the kernel's. */
function moments(values: ArrayLike<number>) {
  const all = Array.from(values);
  const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
  return { mean, std: Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (all.length - 1)) };
}

for (const backend of ['wasm', 'js'] satisfies Backend[])
  describe(`watch, ${backend}`, () => {
    let core: Core;
    beforeAll(async () => {
      core = await load({ backend });
    });
    afterAll(() => core.dispose());

    test('a snapshot has what the step left in layers and parameters', () => {
      const { model, trainer } = setUp(core);
      const watcher = watch(trainer, { threshold: 0.9, bins: 7 });
      for (let step = 0; step < 21; step++) {
        const before = model.parameters().map(({ value }) => value.toArray());
        trainer.step();
        if (step < 19) continue;
        // The rate of the step just made, on both sides of its drop.
        const { lr, parameters, step: made } = watcher.snapshot();
        expect([made, lr]).toEqual([step, step < 20 ? 0.5 : 0.125]);
        model.namedParameters().forEach(([name, { value, grad }], i) => {
          const after = value.toArray();
          const data = moments(after);
          const gradient = moments(grad.toArray());
          const mine = parameters[i];
          expect(mine.name).toBe(name);
          expect(mine.data.std).toBeCloseTo(data.std, 12);
          expect(mine.data.mean).toBeCloseTo(data.mean, 12);
          expect(mine.gradient?.std).toBeCloseTo(gradient.std, 12);
          expect(mine.gradToData).toBeCloseTo(gradient.std / data.std, 10);
          const update = moments(after.map((v, at) => v - before[i][at]));
          expect(mine.updateToData).toBeCloseTo(Math.log10(update.std / data.std), 4);
        });
      }
      const { layers } = watcher.snapshot();
      const [flatten, inner, last] = model.layers;
      const flat = [flatten, ...(inner as Sequential).layers, last] as Layer[];
      expect(layers.map(({ place }) => place)).toEqual([
        'layer 0 Flatten',
        'layer 1.0 Linear',
        'layer 1.1 Tanh',
        'layer 1.2 Linear',
        'layer 1.3 Tanh',
        'layer 2 Linear',
      ]);
      flat.forEach(({ out }, i) => {
        const gradient = i + 1 < flat.length ? flat[i + 1].dx : trainer.loss.backward();
        for (const [mine, tensor] of [
          [layers[i].output, out],
          [layers[i].gradient, gradient],
        ] as const) {
          const values = (tensor as Tensor).toArray();
          const { mean, std } = moments(values);
          expect(mine?.mean).toBeCloseTo(mean, 12);
          expect(mine?.std).toBeCloseTo(std, 12);
          expect([mine?.min, mine?.max]).toEqual([Math.min(...values), Math.max(...values)]);
          expect(mine?.saturated).toBe(values.filter((v) => Math.abs(v) > 0.9).length / values.length);
          expect([mine?.nan, mine?.infinite]).toEqual([0, 0]);
          expect(mine?.histogram).toEqual(histogram(tensor as Tensor, { bins: 7 }));
          expect(layers[i].shape[0]).toBe(BATCH);
        }
      });
    });

    const t = Math.fround(0.9);
    for (const [activation, closed] of [
      [new Tanh(), (h: number, t: number) => Math.abs(h) > t],
      [new Sigmoid(), (h: number, t: number) => Math.abs(2 * h - 1) > t],
      [new ELU({ alpha: 0.5 }), (h: number, t: number) => h < -0.5 * t],
      [new ReLU(), (h: number) => h <= 0],
      [new LeakyReLU(), (h: number) => h <= 0],
    ] as const)
      test(`units of ${activation.constructor.name}: saturated shares, dead ones, image`, () => {
        const { model, trainer } = setUp(core, [activation]);
        const { weight, bias } = (model.layers[1] as Sequential).layers[0] as Linear;
        // One unit closed from below, one from above; the others spread.
        weight.value.set(weight.value.toArray().map((w, i) => (i % HIDDEN < 2 ? 0 : 2 * w)));
        (bias as NonNullable<typeof bias>).value.set([-20, 20, 0, 0, 0, 0]);
        const watcher = watch(trainer, { every: 1, threshold: 0.9 });
        watcher.onStep(0, trainer.step());
        const out = activation.out as Tensor;
        const values = out.toArray();
        const rows = Array.from({ length: BATCH }, (_, i) => i);
        const units = Array.from({ length: HIDDEN }, (_, j) => j);
        const share = (j: number, t: number) =>
          rows.filter((i) => closed(values[i * HIDDEN + j], t)).length / BATCH;
        const [, , { activation: mine }] = watcher.snapshot({ images: true }).layers;
        expect(mine?.units).toEqual(Float32Array.from(units, (j) => share(j, t)));
        expect(mine?.dead).toEqual(units.filter((j) => share(j, Math.fround(0.99)) === 1));
        expect(mine?.dead.length).toBeGreaterThan(0);
        expect(mine?.dead.length).toBeLessThan(HIDDEN);
        expect(Array.from(mine?.image ?? [])).toEqual([...values].map((h) => +closed(h, Math.fround(0.99))));
        const drawn = watcher.snapshot({ images: 0.9 });
        expect(drawn.imageThreshold).toBe(0.9);
        expect(Array.from(drawn.layers[2].activation?.image ?? [])).toEqual(
          [...values].map((h) => +closed(h, t)),
        );
        expect(drawn.layers[2].activation?.dead).toEqual(mine?.dead);
        expect(() => watcher.snapshot({ images: 2 })).toThrow(/images/);
        const all = units.reduce((sum, j) => sum + share(j, t), 0) / HIDDEN;
        expect(mine?.saturated).toBeCloseTo(all, 12);
        expect(watcher.series.saturated(0)[0]).toBeCloseTo(all, 6);
        expect(watcher.snapshot().layers[2].activation?.image).toBeUndefined();
      });

    test('a series has every third step, through its growth', async () => {
      const { model, trainer } = setUp(core);
      const watcher = watch(trainer, { every: 3, threshold: 0.9 });
      const expected: { step: number; loss: number; log10: number[]; std: number[]; saturated: number[] }[] =
        [];
      const tanhs = (model.layers[1] as Sequential).layers.filter((layer) => layer instanceof Tanh);
      await trainer.run(250, {
        onStep(step, loss) {
          watcher.onStep(step, loss);
          if (step % 3 > 0) return;
          const log10 = model
            .parameters()
            .map(({ value, grad }) => Math.log10((LR(step) * summarise(grad).std) / summarise(value).std));
          const of = tanhs.map(({ out }) => summarise(out, { threshold: 0.9 }));
          const [std, saturated] = [of.map(({ std }) => std), of.map(({ saturated }) => saturated)];
          expected.push({ step, loss, log10, std, saturated });
        },
      });
      const { series } = watcher;
      expect(expected.length).toBe(84);
      expect([...series.steps]).toEqual(expected.map(({ step }) => step));
      expect([...series.losses]).toEqual(expected.map(({ loss }) => loss));
      expect(series.parameters.map(({ name }) => name)).toEqual(
        model.namedParameters().map(([name]) => name),
      );
      series.parameters.forEach((_, i) => {
        expect(series.updateToData(i)).toEqual(Float32Array.from(expected, ({ log10 }) => log10[i]));
      });
      expect(series.activations).toEqual(['layer 1.1 Tanh', 'layer 1.3 Tanh']);
      series.activations.forEach((_, i) => {
        expect(series.std(i)).toEqual(Float32Array.from(expected, ({ std }) => std[i]));
        expect(series.saturated(i)).toEqual(Float32Array.from(expected, ({ saturated }) => saturated[i]));
      });
      expect(() => series.std(2)).toThrow('Series: expected an index from 0 to 1, got 2');
    });

    test('step by step, log10 of update:data stays within 0.0044', async () => {
      const { model, trainer } = setUp(core);
      const watcher = watch(trainer, { every: 1 });
      let [largest, kept] = [0, 0];
      await trainer.run(200, {
        onStep(step, loss) {
          watcher.onStep(step, loss);
          model.parameters().forEach(({ value, grad }, i) => {
            const exact = Math.log10((LR(step) * summarise(grad).std) / summarise(value).std);
            const off = Math.abs(watcher.series.updateToData(i)[step] - exact);
            if (off > 1e-6) kept++;
            largest = Math.max(largest, off);
          });
        },
      });
      expect(largest).toBeLessThanOrEqual(0.0044);
      expect(kept).toBeGreaterThan(50);
    });

    test('leaves the bits of the loop alone, and the memory of the core after its beginning', async () => {
      const train = async (watched: boolean) => {
        // A core of its own, in which nothing was measured before.
        using core = await load({ backend });
        const { model, trainer } = setUp(core, [new Tanh(), new Sigmoid()]);
        const watcher = watched ? watch(trainer, { every: 2 }) : undefined;
        const free = core.allocate(0);
        await trainer.run(30, {
          onStep(step, loss) {
            watcher?.onStep(step, loss);
            watcher?.snapshot({ images: true });
          },
        });
        expect(core.allocate(0)).toBe(free);
        expect(watcher?.series.length ?? 15).toBe(15);
        return fingerprint(model.parameters());
      };
      const plain = await train(false);
      expect(await train(true)).toBe(plain);
    });

    test('a loop of your own, with a frozen parameter and without a loss', () => {
      const { model } = setUp(core);
      const parameters = model.parameters();
      const optimizer = new SGD(parameters.slice(1), { lr: 0.1 });
      const watcher = watch({ model, optimizer }, { every: 1 });
      const loss = new CrossEntropy();
      loss.reserve(core, BATCH, CLASSES);
      const x = core.tensor([BATCH, COLUMNS]).set(examples.x.slice(0, BATCH * COLUMNS));
      const y = core.indices([BATCH]).set(examples.y.slice(0, BATCH));
      const first = loss.forward(model.forward(x), y);
      const before = watcher.snapshot();
      expect([before.step, before.lr, before.layers[1].gradient]).toEqual([-1, undefined, undefined]);
      expect(before.layers[1].output?.std).toBeGreaterThan(0);
      expect(before.parameters[0].updateToData).toBeUndefined();
      model.backward(loss.backward());
      optimizer.step();
      watcher.onStep(0, first);
      const after = watcher.snapshot();
      expect(after.firstLoss).toBe(first);
      expect(after.parameters[0].gradToData).toBeGreaterThan(0);
      expect(after.parameters[0].updateToData).toBe(-Infinity);
      expect(watcher.series.updateToData(0)[0]).toBe(-Infinity);
      expect(after.parameters[1].updateToData).toBeGreaterThan(-10);
      expect(after.layers.at(-1)?.gradient).toBeUndefined();
      expect(watch({ model, optimizer, loss }).snapshot().layers.at(-1)?.gradient?.std).toBe(
        summarise(loss.dlogits).std,
      );
    });

    test('values that span more than a float have no histogram, and the rest all the same', () => {
      const { model, trainer } = setUp(core);
      trainer.step();
      model.parameters()[0].grad.data.set([3e38, -3e38]);
      const { gradient } = watch(trainer).snapshot().parameters[0];
      expect(gradient?.histogram).toBeUndefined();
      expect(gradient?.max).toBe(Math.fround(3e38));
    });

    test('wrong options', () => {
      const { trainer } = setUp(core);
      expect(() => watch(trainer, { every: 0 })).toThrow(/watch: expected every .* got 0/);
      expect(() => watch(trainer, { threshold: 1.5 })).toThrow(/watch: expected threshold .* got 1.5/);
      expect(() => watch(trainer, { bins: 0 })).toThrow(/watch: expected bins .* got 0/);
    });
  });
