import { BatchNorm1d, type Core, CrossEntropy, type Indices, Linear, type Sequential } from 'lanewise';
import type { Run } from 'lanewise/makemore';
import { withCopy } from './copy.js';
import type { BiasReport } from './protocol.js';

/** Added to the biases, to see what follows. */
const SHIFT = 1;

/**
 * Gradients of the biases that stand before a batch norm, on the first examples of the training split, and what moving
 * these biases does to the logits. A network without such biases has no layers in the report.
 */
export const probeBiases = (run: Run): Promise<BiasReport> =>
  withCopy(run, (core, copy) => probe(run, core, copy));

function probe(run: Run, core: Core, model: Sequential<Indices>): BiasReport {
  const { train } = run.dataset;
  const { batch, context } = run.settings;
  // Of a single row batch norm cannot take a deviation.
  const rows = Math.min(Math.max(2, batch), train.count);
  const x = core.indices([rows, context]).set(train.x.subarray(0, rows * context));
  const y = core.indices([rows]).set(train.y.subarray(0, rows));
  model.train();
  const logits = model.forward(x);
  const loss = new CrossEntropy();
  loss.reserve(core, rows, logits.columns);
  loss.forward(logits, y);
  model.backward(loss.backward());
  const pairs = pairsOf(model);
  const layers = pairs.map(({ position, linear, norm }) => ({
    place: `layer ${position} Linear`,
    bias: largest(linear.bias?.grad.toArray()),
    weight: largest(linear.weight.grad.toArray()),
    beta: largest(norm.beta.grad.toArray()),
  }));

  const outputs = (training: boolean) => {
    if (training) model.train();
    else model.eval('running');
    return model.forward(x).toArray();
  };
  // The statistics of evaluation are those before the biases moved.
  const before = [outputs(true), outputs(false)];
  const buffers = model.buffers().map(({ value }) => value.toArray());
  for (const { linear } of pairs) {
    const bias = linear.bias?.value;
    bias?.set(bias.toArray().map((b) => b + SHIFT));
  }
  const training = outputs(true);
  model.buffers().forEach(({ value }, i) => {
    value.set(buffers[i]);
  });
  const after = [training, outputs(false)];
  const [whileTraining, later] = after.map((values, i) => largest(values.map((v, j) => v - before[i][j])));
  return { layers, shift: SHIFT, training: whileTraining, evaluation: later };
}

function pairsOf({ layers }: Sequential<Indices>) {
  return layers.flatMap((linear, position) => {
    const norm = layers[position + 1];
    const pair = linear instanceof Linear && linear.bias !== undefined && norm instanceof BatchNorm1d;
    return pair ? [{ position, linear, norm }] : [];
  });
}

const largest = (values: Float32Array | undefined): number =>
  values?.reduce((most, value) => Math.max(most, Math.abs(value)), 0) ?? Number.NaN;
