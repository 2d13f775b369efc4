// What a program without the DOM's or Node's types sees of the library.
import * as everything from 'lanewise';
import {
  type Core,
  CrossEntropy,
  CrossEntropyLoss,
  GELU,
  Generator,
  type Layer,
  Linear,
  load,
  type Optimizer,
  type Parameter,
  Sequential,
  SGD,
  type Signal,
  Tanh,
  type Tensor,
  Trainer,
} from 'lanewise';
import * as charts from 'lanewise/charts';
import * as checkpoint from 'lanewise/checkpoint';
import { loadStateDict, saveCheckpoint, saveStateDict } from 'lanewise/checkpoint';
import * as diagnostics from 'lanewise/diagnostics';
import { fingerprint } from 'lanewise/diagnostics';
import * as makemore from 'lanewise/makemore';
import { exportOnnx } from 'lanewise/onnx';
import { relaxed } from 'lanewise/relaxed';
import * as worker from 'lanewise/worker';

const libraries = { everything, diagnostics, checkpoint, charts, makemore, worker };
export const all = { ...libraries, exportOnnx, relaxed };

/** A layer of one's own by three methods. */
class Doubled implements Layer {
  forward(x: Tensor): Tensor {
    return x;
  }
  backward(dy: Tensor): Tensor {
    return dy;
  }
  parameters(): Parameter[] {
    return [];
  }
}

const signal: Signal = { aborted: false, throwIfAborted() {} };

export async function train(): Promise<{ backend: string; fingerprint: string }> {
  const core: Core = await load({ backend: 'auto', arithmetic: relaxed, wasm: Promise.resolve({}) });
  const model = new Sequential([new Linear(2, 8), new Tanh(), new Doubled(), new Linear(8, 2)]);
  model.reserve(core, 4, 2);
  model.initialise(new Generator(1));
  const loss = new CrossEntropy();
  loss.reserve(core, 4, 2);
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer: new SGD(model.parameters(), { lr: (step) => (step < 10 ? 0.5 : 0.1) }),
    examples: { x: new Float32Array(8), y: new Int32Array(4), count: 4 },
    batchSize: 4,
    generator: new Generator(2),
  });
  await trainer.run(400, { signal, onStep: (step: number, value: number) => void (step + value) });
  const option: charts.ChartOption = charts.linesOver({ lines: [], x: 'step', y: 'loss' });
  const svg: string = charts.renderSvg(option, { width: 300, height: 200, theme: 'light', label: 'loss' });
  const bytes: Uint8Array = saveCheckpoint({ model, trainer });
  return { backend: core.backend, fingerprint: fingerprint(model.parameters()) + svg + bytes.length };
}

/** A list that is made at run time, an optimizer of one's own, and what leaves the program. */
export async function built(depth: number): Promise<Uint8Array[]> {
  const layers: Layer[] = [];
  for (let i = 0; i < depth; i++) layers.push(new Linear(3, 3), new GELU({ approximate: 'tanh' }));
  const model = new Sequential(layers).to(await load(), { seed: 1 });
  const optimizer: Optimizer = { parameters: model.parameters(), steps: 0, lr: 0.1, step() {} };
  const [x, y] = [[[1, 2, 3]], [[1, 2, 3]]];
  const trainer = new Trainer({ loss: new CrossEntropyLoss(), model, optimizer, x, y });
  for await (const { step, loss } of trainer) if (step + loss > 5) break;
  const outputs: Float32Array = model.predict([1, 2, 3]);
  const file: Uint8Array = saveStateDict(model);
  loadStateDict(model, file);
  const training: worker.TrainingDescription = {
    layers: [
      ['Linear', 3, 3],
      ['Residual', [['Linear', 3, 3, { bias: false }], ['Tanh']]],
    ],
    optimizer: ['AdamW', { lr: ['oneCycleLR', 0.01, { totalSteps: 100 }] }],
    ...{ x, y, steps: 100 },
  };
  const { parameters } = await worker.train(training, { onStep: (step, loss) => void (step + loss) });
  return [file, exportOnnx(model), parameters, new Uint8Array(outputs.buffer)];
}

export function wrong(core: Core): unknown[] {
  return [
    // @ts-expect-error there is no such backend
    load({ backend: 'webgpu' }),
    // @ts-expect-error the relaxed arithmetic is an import of its own
    load({ arithmetic: 'relaxed' }),
    // @ts-expect-error a rate is missing
    new SGD([], {}),
    // @ts-expect-error a tensor is made of numbers
    core.tensor(['2']),
    // @ts-expect-error there is no such layer
    worker.sequentialOf([['Conv2d', 3]]),
    // @ts-expect-error this is no option of the loop
    new Trainer({ core }),
  ];
}
