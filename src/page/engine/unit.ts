import { BatchNorm1d, Embedding, Flatten, type Layer, Linear, type Tensor, visit } from 'lanewise';
import { surveyUnits } from 'lanewise/diagnostics';
import { normalises, type Run } from 'lanewise/makemore';
import { type DistinctContexts, distinctContexts } from './distinct-contexts.js';
import { flatRegionOf } from './flat-region.js';
import { spread } from './histogram.js';
import type { Incoming, SplitSurvey, UnitReport } from './protocol.js';

interface Inspected {
  /** Position of the activation among the model's layers. */
  layer: number;
  unit: number;
  /** Whether the parameters' gradients are those of the last step: not so in a network that was read from a checkpoint. */
  gradients: boolean;
}

/**
 * One unit of an activation layer over the whole training split. Batch norm takes the statistics of each batch, as in
 * training; without it each distinct context is computed once and counts as often as it comes.
 *
 * Errors: RangeError for a layer that is no activation behind a linear layer, or a unit that it does not have.
 */
export async function inspectUnit(run: Run, { layer, unit, gradients }: Inspected): Promise<UnitReport> {
  const layers = run.model.layers as readonly Layer[];
  const activation = layers[layer];
  const flat = activation && flatRegionOf(activation);
  const before = layers[layer - 1];
  const normalised = before instanceof BatchNorm1d;
  const linear = normalised ? layers[layer - 2] : before;
  if (flat === undefined || !(linear instanceof Linear))
    throw new RangeError(`unit: expected an activation layer, got layer ${layer}`);
  const { outFeatures, bias } = linear;
  if (!(Number.isInteger(unit) && unit >= 0 && unit < outFeatures))
    throw new RangeError(`unit: expected a unit from 0 to ${outFeatures - 1}, got ${unit}`);

  const { train } = run.dataset;
  const windows = normalises(run.settings) ? undefined : windowsOf(run);
  const rows = windows?.counts.length ?? train.count;
  const preactivations = new Float32Array(rows);
  let seen = 0;
  let closed = 0;
  await visit(
    run.trainer,
    windows === undefined ? train : { x: windows.x, y: new Int32Array(rows), count: rows },
    (count) => {
      const from = before.out as Tensor;
      const to = activation.out as Tensor;
      const [inputs, outputs] = [from.data, to.data];
      for (let i = 0; i < count && seen < rows; i++, seen++) {
        preactivations[seen] = inputs[i * from.stride + unit];
        if (flat.closed(outputs[i * to.stride + unit])) closed += windows?.counts[seen] ?? 1;
      }
    },
    { statistics: statisticsOf(run) },
  );
  const marks = flat.zones.flat().filter(Number.isFinite);
  return {
    step: run.trainer.steps,
    layer,
    place: `layer ${layer} ${flat.kind}`,
    kind: flat.kind,
    unit,
    incoming: incomingOf(run, linear, unit),
    bias: bias?.value.toArray()[unit],
    normalised,
    gradient: gradients && run.trainer.steps > 0 ? gradientOf(linear, unit) : undefined,
    preactivations: spread(preactivations, windows?.counts, marks),
    flat: flat.zones,
    open: train.count - closed,
    examples: train.count,
  };
}

/** Which units are saturated in every example of the training split. */
export async function surveySplit(run: Run, threshold: number): Promise<SplitSurvey> {
  const statistics = statisticsOf(run);
  const { examples, layers } = await surveyUnits(run.trainer, run.dataset.train, { threshold, statistics });
  return {
    step: run.trainer.steps,
    threshold,
    examples,
    layers: layers.map(({ place, position, saturated, units, dead }) => ({
      place,
      position: Number(position),
      units: units.length,
      saturated,
      dead,
    })),
  };
}

/** As in training; larger batches are faster where nothing depends on the batch. */
const statisticsOf = ({ settings }: Run) => (normalises(settings) ? 'batch' : 'running');

function windowsOf({ dataset, settings }: Run): DistinctContexts | undefined {
  const { x, count } = dataset.train;
  return distinctContexts(x, { columns: settings.context, count, base: dataset.vocabulary.size });
}

function incomingOf({ model }: Run, linear: Linear, unit: number): Incoming {
  const { inFeatures, outFeatures } = linear;
  const all = linear.weight.value.toArray();
  const weights = Float32Array.from({ length: inFeatures }, (_, i) => all[i * outFeatures + unit]);
  const [embedding, flatten, first] = model.layers as readonly unknown[];
  if (!(embedding instanceof Embedding && flatten instanceof Flatten) || first !== linear) return { weights };
  const vectors = embedding.weight.value;
  const [tokens, dimensions] = vectors.shape;
  const values = vectors.toArray();
  const context = inFeatures / dimensions;
  const pushes = Array.from({ length: context }, (_, position) =>
    Float32Array.from({ length: tokens }, (_, token) => {
      let sum = 0;
      for (let d = 0; d < dimensions; d++)
        sum += values[token * dimensions + d] * weights[position * dimensions + d];
      return sum;
    }),
  );
  return { weights, pushes };
}

/** Euclidean norms of the gradients of each unit's incoming weights: of this unit, and the median of the layer. */
function gradientOf({ inFeatures, outFeatures, weight }: Linear, unit: number) {
  const squares = new Float64Array(outFeatures);
  const gradients = weight.grad.toArray();
  for (let i = 0; i < inFeatures; i++)
    for (let j = 0; j < outFeatures; j++) squares[j] += gradients[i * outFeatures + j] ** 2;
  const norms = squares.map(Math.sqrt);
  const sorted = norms.slice().sort();
  return { norm: norms[unit], median: sorted[Math.floor(outFeatures / 2)] };
}
