/** A loss, an optimizer and layers of one’s own in a trainer. */
import { beforeAll, describe, expect, test } from 'vitest';
import { watch } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  evaluate,
  type Layer,
  Linear,
  type Loss,
  load,
  type Parameter,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
  type TrainerOptions,
} from '../../src/index.js';
import { restoreTrainer, trainerState } from '../../src/interchange/index.js';
import { COUNT, classes, rows, values } from './rows.js';

describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  const network = (on = core, outputs = 2) =>
    new Sequential([new Linear(3, 8), new BatchNorm1d(8), new Tanh(), new Linear(8, outputs)]).to(on, {
      seed: 1,
    });
  const trainerOf = (options: Partial<TrainerOptions> = {}, model = network(options.core ?? core)) =>
    new Trainer({
      loss: new CrossEntropyLoss(),
      model,
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      batchSize: 8,
      ...options,
    });

  test('a loss and an optimizer of one’s own', async () => {
    /** Mean |y − t| by hand, with the five members that are needed. */
    class Absolute implements Loss {
      readonly targetDtype = 'float32';
      #gradient: Tensor | undefined;
      targetColumns = (columns: number) => columns;
      forward(outputs: Tensor, targets: Tensor): number {
        const [y, t] = [outputs.toArray(), targets.toArray()];
        this.#gradient ??= core.tensor([64, outputs.columns]);
        this.#gradient.resize(outputs.rows);
        this.#gradient.set(y.map((each, i) => Math.sign(each - t[i]) / y.length));
        return this.evaluate(outputs, targets);
      }
      backward(): Tensor {
        return this.#gradient as Tensor;
      }
      evaluate(outputs: Tensor, targets: Tensor): number {
        const t = targets.toArray();
        return outputs.toArray().reduce((sum, each, i) => sum + Math.abs(each - t[i]), 0) / t.length;
      }
    }
    const model = network();
    const optimizer = {
      parameters: model.parameters(),
      steps: 0,
      lr: 0.05,
      step() {
        for (const { value, grad } of this.parameters) {
          const g = grad.toArray();
          value.set(value.toArray().map((each, i) => each - this.lr * g[i]));
        }
        this.steps++;
      },
    };
    const trainer = new Trainer({ model, loss: new Absolute(), optimizer, x: rows, y: values, batchSize: 8 });
    const before = await evaluate(trainer, { x: rows, y: values });
    expect(await trainer.run(300)).toBe(300);
    expect(optimizer.steps).toBe(300);
    expect(await evaluate(trainer, { x: rows, y: values })).toBeLessThan(before / 2);
    // A mean over all, though the last batch is smaller: as one batch of all.
    const y = model.predict(rows);
    const t = values.flat();
    const mean = y.reduce((sum, each, i) => sum + Math.abs(each - t[i]), 0) / t.length;
    expect(await evaluate(trainer, { x: rows, y: values })).toBeCloseTo(mean, 6);
    watch(trainer).onStep(0, trainer.step());
    restoreTrainer(trainer, { ...trainerState(trainer), steps: 7 });
    expect(optimizer.steps).toBe(7);
  });

  test('layers of one’s own with three methods train, wherever they stand', async () => {
    /** Pairs of columns become one, by their sum: the columns change. */
    class Pairs implements Layer {
      #out: Tensor | undefined;
      #dx: Tensor | undefined;
      forward(x: Tensor): Tensor {
        if ((this.#out?.capacity ?? 0) < x.rows) this.#out = x.core.tensor([x.rows, x.columns / 2]);
        const out = this.#out as Tensor;
        out.resize(x.rows);
        const from = x.toArray();
        return out.set(Float32Array.from({ length: out.size }, (_, i) => from[2 * i] + from[2 * i + 1]));
      }
      backward(dy: Tensor): Tensor {
        if ((this.#dx?.capacity ?? 0) < dy.rows) this.#dx = dy.core.tensor([dy.rows, dy.columns * 2]);
        const dx = this.#dx as Tensor;
        dx.resize(dy.rows);
        const from = dy.toArray();
        return dx.set(Float32Array.from({ length: dx.size }, (_, i) => from[i >> 1]));
      }
      parameters(): Parameter[] {
        return [];
      }
    }
    for (const layers of [
      [new Linear(3, 8), new Pairs(), new Tanh(), new Linear(4, 2)],
      [new Linear(3, 8), new Tanh(), new Linear(8, 4), new Pairs()],
    ] as Layer[][]) {
      const model = new Sequential(layers).to(core, { seed: 1 });
      const trainer = trainerOf({ x: rows, y: classes }, model);
      const before = await evaluate(trainer, { x: rows, y: classes });
      await trainer.run(200);
      expect(await evaluate(trainer, { x: rows, y: classes })).toBeLessThan(before / 2);
      expect(model.predict(rows)).toHaveLength(2 * COUNT);
    }
  });
});
