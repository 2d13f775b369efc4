import { BatchNorm1d, ELU, type Layer, Linear, ReLU, Sigmoid, Tanh, type Tensor } from 'lanewise';
import type { Run } from 'lanewise/makemore';
import type { UnitReport } from '../protocol.js';

const EXAMPLES = 4096;

/** As the lecture's image: an output beyond this, on the scale of tanh, lets no gradient through. */
const CLOSED = 0.99;

/**
 * One unit of the activation layer at a position of the model's layers, over the first 4,096 examples of the training
 * split, batch norm with the statistics of each batch as in training.
 */
export async function inspectUnit(run: Run, position: number, unit: number): Promise<UnitReport> {
  const layers = run.model.layers as readonly Layer[];
  const activation = layers[position];
  const before = layers[position - 1];
  const linear = before instanceof BatchNorm1d ? layers[position - 2] : before;
  if (!(linear instanceof Linear))
    throw new RangeError(`unit: expected an activation layer, got layer ${position}`);
  const { inFeatures, outFeatures, weight, bias } = linear;
  if (!(Number.isInteger(unit) && unit >= 0 && unit < outFeatures))
    throw new RangeError(`unit: expected a unit from 0 to ${outFeatures - 1}, got ${unit}`);
  const column = (values: Float32Array) =>
    Float32Array.from({ length: inFeatures }, (_, i) => values[i * outFeatures + unit]);

  const { train } = run.dataset;
  const count = Math.min(EXAMPLES, train.count);
  const some = {
    x: train.x.subarray(0, count * run.settings.context),
    y: train.y.subarray(0, count),
    count,
  };
  const isClosed = closedBy(activation);
  const preactivations: number[] = [];
  let closed = 0;
  await run.trainer.visit(
    some,
    (rows) => {
      const from = before.out as Tensor;
      const to = activation.out as Tensor;
      for (let i = 0; i < rows && preactivations.length < count; i++) {
        preactivations.push(from.data[i * from.stride + unit]);
        if (isClosed(to.data[i * to.stride + unit])) closed++;
      }
    },
    { statistics: 'batch' },
  );
  return {
    layer: `layer ${position}`,
    unit,
    weights: column(weight.value.toArray()),
    bias: bias?.value.toArray()[unit],
    gradients: run.trainer.steps > 0 ? column(weight.grad.toArray()) : undefined,
    preactivations: Float32Array.from(preactivations),
    closed: closed / preactivations.length,
    examples: preactivations.length,
  };
}

/** Where an activation's output lets no gradient through; LeakyReLU lets one through everywhere. */
function closedBy(activation: Layer): (h: number) => boolean {
  if (activation instanceof ReLU) return (h) => h <= 0;
  if (activation instanceof Sigmoid) return (h) => Math.abs(2 * h - 1) > CLOSED;
  if (activation instanceof ELU) return (h) => h < -CLOSED * activation.alpha;
  if (activation instanceof Tanh) return (h) => Math.abs(h) > CLOSED;
  return () => false;
}
