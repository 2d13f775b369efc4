import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Adam,
  type Backend,
  BatchNorm1d,
  BCEWithLogitsLoss,
  type Core,
  GELU,
  type Layer,
  LayerNorm,
  Linear,
  type Loss,
  load,
  MSELoss,
  type Optimizer,
  type Parameter,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';
import { loadStateDict, saveStateDict } from '../../src/interchange/index.js';
import { distance, floats, needs, readRecorded, type TensorRecord } from './recorded.js';

interface Training {
  name: string;
  model: string;
  initial: Record<string, TensorRecord>;
  x: TensorRecord;
  y: TensorRecord;
  steps: number;
  losses_float64: number[];
  outputs_float64: TensorRecord;
  max_loss_difference_of_float32: number;
  minibatches?: number[][];
}
interface StateDict {
  safetensors_base64: string;
  keys: string[];
  x: TensorRecord;
  y: TensorRecord;
}
interface Setting {
  layers: () => Layer[];
  loss: () => Loss;
  optimizer: (parameters: Parameter[]) => Optimizer;
}

const { title, present } = needs('trainings and a state_dict as torch has them', 'nn.json', 'built-in');
const { trainings, state_dict } = present
  ? readRecorded<{ trainings: Training[]; state_dict: StateDict }>('nn.json')
  : { trainings: [], state_dict: undefined };

/** By the network. */
const settings: Record<string, Setting> = {
  'Linear(2, 8) Tanh Linear(8, 1)': {
    layers: () => [new Linear(2, 8), new Tanh(), new Linear(8, 1)],
    loss: () => new BCEWithLogitsLoss(),
    optimizer: (parameters) => new Adam(parameters, { lr: 0.05 }),
  },
  'Linear(1, 32) GELU LayerNorm(32) Linear(32, 1)': {
    layers: () => [new Linear(1, 32), new GELU(), new LayerNorm(32), new Linear(32, 1)],
    loss: () => new MSELoss(),
    optimizer: (parameters) =>
      new SGD(parameters, { lr: 0.02, momentum: 0.9, nesterov: true, weightDecay: 1e-4 }),
  },
};

/** A recorded tensor as this library keeps it: torch has the weight of a linear layer the other way round. */
function valuesOf(name: string, record: TensorRecord, layer: Layer): Float32Array {
  const values = floats(record);
  if (!(layer instanceof Linear) || !name.endsWith('weight')) return values;
  const [rows, columns] = record.shape;
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}

describe.skipIf(!present).each<Backend>(['wasm', 'js'])(`${title}, on %s`, (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
  });
  afterAll(() => core.dispose());

  test('there are some', () => expect(trainings.length).toBeGreaterThan(0));

  const known = trainings.filter(({ model }) => model in settings);
  test.each(known.map((training) => [training.name, training] as const))(
    '%s: every loss within ten times what float32 makes',
    (_, training) => {
      const { layers, loss, optimizer } = settings[training.model];
      const model = new Sequential(layers()).to(core);
      for (const [key, parameter] of model.namedParameters())
        parameter.value.set(valuesOf(key, training.initial[key], model.layers[Number(key.split('.')[0])]));
      const [x, y] = [floats(training.x), floats(training.y)];
      const columns = training.x.shape[1];
      const { minibatches } = training;
      const trainer = new Trainer({
        model,
        loss: loss(),
        optimizer: optimizer(model.parameters()),
        ...(minibatches === undefined
          ? { x, y, batchSize: training.x.shape[0] }
          : {
              batches: minibatches.map((rows) => ({
                x: rows.map((row) => x.subarray(row * columns, (row + 1) * columns)),
                y: rows.map((row) => [y[row]]),
              })),
            }),
      });
      const losses: number[] = [];
      return trainer.run(training.steps, { onStep: (_, value) => losses.push(value) }).then(() => {
        expect(distance(losses, training.losses_float64)).toBeLessThan(
          10 * training.max_loss_difference_of_float32,
        );
        // The outputs grow with the steps, and so does what float32 makes of them.
        const outputs = floats(training.outputs_float64);
        const largest = outputs.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        expect(distance(model.predict(x), outputs)).toBeLessThan(1e-5 * largest);
        trainer.dispose();
        model.dispose();
      });
    },
  );

  test('a file of torch’s state_dict gives its outputs, and is written again with every tensor that torch expects', () => {
    const { safetensors_base64, keys, x, y } = state_dict as StateDict;
    const layers = () => [
      new Linear(5, 7),
      new BatchNorm1d(7, { correction: 0 }),
      new Tanh(),
      new LayerNorm(7),
      new GELU(),
      new Linear(7, 3, { bias: false }),
    ];
    const model = new Sequential(layers()).to(core);
    const file = new Uint8Array(Buffer.from(safetensors_base64, 'base64'));
    loadStateDict(model, file);
    expect(distance(model.predict(floats(x)), floats(y))).toBeLessThan(1e-6);

    const written = saveStateDict(model);
    const header = (bytes: Uint8Array) => {
      const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
      const { __metadata__: _, ...entries } = JSON.parse(
        new TextDecoder().decode(bytes.subarray(8, 8 + length)),
      );
      return Object.entries(entries as Record<string, { dtype: string; shape: number[] }>)
        .map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape}`)
        .sort();
    };
    expect(header(written)).toEqual(header(file));
    for (const key of keys) expect(header(written).join('\n')).toContain(`${key} `);
    const again = new Sequential(layers()).to(core);
    loadStateDict(again, written);
    expect(again.predict(floats(x))).toEqual(model.predict(floats(x)));
  });
});
