import type { Tensor } from '../../core/tensor.js';
import type { Parameter } from '../../nn/layer.js';
import { layerName } from '../../nn/layer-names.js';
import { type PlacedLayer, placedLayers } from '../../nn/sequential.js';
import type { Origin } from '../divergence.js';
import { allFinite, type Failed, HUGE, largest, short } from './failed.js';
import { hugeInput, inBatch, inLastBatch } from './fault-in-examples.js';
import { blownUp, inUpdate, rateOf, updateOrigin } from './fault-in-updates.js';

/**
 * Where a loss that is not finite comes from, in the order in which causes hide behind one another: the batch, parameters
 * that no gradient made so, the last backward, the layers' forwards, the loss. An overflow is laid to what made the
 * numbers large: the examples or the initial parameters, else the updates since. Only reads, but for a layer without an
 * `out`, whose forward is run again.
 */
export function originOf(failed: Failed): Origin {
  const named = failed.model.namedParameters();
  return (
    inBatch(failed) ??
    inParameter(failed, named) ??
    (named.some(([, { value }]) => !allFinite(value)) ? inBackward(failed, named) : inForward(failed, named))
  );
}

/** Half an ulp of the largest float: less cannot take a float beyond it. */
const CARRIES = 2 ** 103;

/** A parameter that is not finite, though its gradient is: its update made it so, or something beside the training did. */
function inParameter(failed: Failed, named: [string, Parameter][]): Origin | undefined {
  const { optimizer, steps, begin } = failed;
  for (const [name, parameter] of named) {
    const { value, grad } = parameter;
    const values = value.toArray();
    const at = values.findIndex((element) => !Number.isFinite(element));
    if (at < 0) continue;
    // Of an update that was made: before the first one a gradient is of something else.
    const updated = steps > begin && optimizer.parameters.includes(parameter);
    const gradient = updated ? grad.toArray()[at] : 0;
    if (!Number.isFinite(gradient)) continue;
    const rate = updated ? rateOf(failed, steps - 1, parameter) : 0;
    if (Math.abs(rate * gradient) >= CARRIES)
      return updateOrigin(
        failed,
        parameter,
        steps - 1,
        rate,
        `took parameter ${name} beyond the largest float`,
      );
    const where = value.shape.length > 1 ? `(${Math.floor(at / value.columns)}, ${at % value.columns})` : at;
    const what = `parameter ${name} ${values[at]} at ${where}`;
    const byUpdate = updated ? inUpdate(failed, parameter, at, rate, what) : undefined;
    if (byUpdate !== undefined) return byUpdate;
    return {
      kind: 'parameter',
      place: `parameter ${name}`,
      text:
        `parameter ${name} is ${values[at]} at ${where}, ` +
        `${steps === begin ? 'from the beginning' : 'and no update made it so'}`,
    };
  }
  return undefined;
}

/** The last backward left a gradient that is not finite, and its update the parameters. */
function inBackward(failed: Failed, named: [string, Parameter][]): Origin {
  return (
    inLastBatch(failed) ?? large(failed, named) ?? hugeParameter(named) ?? inLayersBackward(failed, named)
  );
}

/**
 * The first layer on the way back that left a gradient that is not finite; where a layer of the user before it on that way
 * keeps no gradient, and it had an ordinary one to begin with, it is that layer.
 */
function inLayersBackward({ model, steps, clips }: Failed, named: [string, Parameter][]): Origin {
  const step = steps - 1;
  // That of the loss by a logit is at most 1.
  let came = 1;
  let place = 'the backward';
  let eps: number | undefined;
  let silent: PlacedLayer | undefined;
  const layers = backwards(placedLayers(model));
  // What clips may have changed the gradients of the parameters, and of these only.
  if (clips && layers.every(({ layer: { dx } }) => dx === undefined || allFinite(dx))) {
    const [name] = named.find(([, { grad }]) => !allFinite(grad)) ?? ['?'];
    return {
      kind: 'backward',
      place: 'clip',
      text: `the gradient of parameter ${name} was not finite after clip at step ${step}, though the layers’ are`,
    };
  }
  for (const placed of layers) {
    const { dx } = placed.layer;
    const own = !clips && placed.layer.parameters().some(({ grad }) => !allFinite(grad));
    if (own || (dx !== undefined && !allFinite(dx))) {
      const guilty = silent !== undefined && came < HUGE ? silent : placed;
      place = placeOf(guilty);
      eps = (guilty.layer as { eps?: number }).eps;
      break;
    }
    if (dx === undefined) silent ??= placed;
    else {
      came = largest(dx);
      silent = undefined;
    }
  }
  return {
    kind: 'backward',
    place,
    text:
      came < HUGE
        ? `the backward of ${place} at step ${step} gave a gradient that is not finite, though the one by its output, ` +
          `of up to ${short(came)}, is` +
          (eps === 0 ? '; with eps 0 a column whose rows hardly differ does that' : '')
        : `the gradient overflowed in the backward of ${place} at step ${step}: it grew from layer to layer. ` +
          'Start from smaller weights, or take fewer layers',
  };
}

/** The layers in the order in which their backwards end: what a layer is made of ends before it. */
function backwards(layers: readonly PlacedLayer[]): PlacedLayer[] {
  const last = layers.at(-1);
  if (last === undefined) return [];
  const within = layers.filter(({ position }) => position.startsWith(`${last.position}.`));
  return [...backwards(within), last, ...backwards(layers.slice(0, layers.length - 1 - within.length))];
}

function inForward(failed: Failed, named: [string, Parameter][]): Origin {
  let h = failed.x as Tensor;
  for (const placed of placedLayers(failed.model)) {
    const { layer } = placed;
    const out = layer.out ?? layer.forward(h);
    if (!allFinite(out)) {
      const place = placeOf(placed);
      return (
        large(failed, named) ??
        inNorm(placed, h) ??
        hugeParameter(named) ?? {
          kind: 'forward',
          place,
          text:
            largest(h) < HUGE
              ? `the output of ${place} is not finite, though its input, of up to ${short(largest(h))}, is`
              : `the output of ${place} overflowed, from an input of up to ${short(largest(h))}: the values grow from ` +
                'layer to layer. Start from smaller weights, or put batch norm between the layers',
        }
      );
    }
    h = out;
  }
  return large(failed, named) ?? hugeParameter(named) ?? inLoss(failed, largest(h));
}

/** The network's outputs, of up to `most`, are finite. */
function inLoss({ loss, value }: Failed, most: number): Origin {
  const overNothing = Number.isNaN(value) && loss.weight === 0;
  return {
    kind: 'loss',
    place: 'loss',
    text: overNothing
      ? 'the loss is 0 / 0: all targets of the batch are ignored, or of weight 0'
      : most < HUGE
        ? `the loss of outputs of up to ${short(most)} is ${value}, though they are finite`
        : `the loss of logits of up to ${short(most)} overflowed; make the weights of the last layer smaller`,
  };
}

/** What the layer itself says, such as a batch norm that cannot norm. */
function inNorm(placed: PlacedLayer, x: Tensor): Origin | undefined {
  const place = placeOf(placed);
  const text = placed.layer.explain?.(place, x);
  return text === undefined ? undefined : { kind: 'forward', place, text };
}

/** What made the numbers large: examples and weights from the beginning come before what the updates make of them. */
const large = (failed: Failed, named: [string, Parameter][]): Origin | undefined =>
  hugeInput(failed) ?? hugeParameter(named, failed.initial) ?? blownUp(failed, named);

/** By the largest element of each, or what these were at the beginning. */
function hugeParameter(
  named: [string, Parameter][],
  sizes: readonly number[] = named.map(([, { value }]) => largest(value)),
): Origin | undefined {
  const most = Math.max(...sizes.filter(Number.isFinite));
  if (!(most >= HUGE)) return undefined;
  const [name] = named[sizes.indexOf(most)];
  return {
    kind: 'parameter',
    place: `parameter ${name}`,
    text: `parameter ${name} is as large as ${short(most)}, too large to compute with; start from smaller weights`,
  };
}

const placeOf = ({ position, layer }: PlacedLayer): string => `layer ${position} ${layerName(layer)}`;
