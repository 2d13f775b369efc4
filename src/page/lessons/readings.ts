/** Numbers of a run that lessons speak of. */
import type { LayerSnapshot, ParameterSnapshot } from 'lanewise/diagnostics';
import type { Moment } from '../engine/protocol.js';
import type { ObservedRun } from './observe.js';

/** An earlier moment, or the last one. Errors: RangeError for one that the experiment did not ask for. */
export function at({ frame, moments }: ObservedRun, step?: number): Moment {
  if (step === undefined || step === frame.step) return frame;
  const moment = moments.get(step);
  if (moment === undefined)
    throw new RangeError(
      `lesson: expected step ${step} among the moments ${[...moments.keys()].join(', ')} and ${frame.step}`,
    );
  return moment;
}

/** Of the minibatch of a step, as it was before the step's update. */
export function lossAt({ frame: { losses } }: ObservedRun, step: number): number {
  const i = losses.steps.indexOf(step);
  return i < 0 ? Number.NaN : losses.columns[0][i];
}

/** Mean of the losses of the last so many records. */
export function lastLoss({ frame: { losses } }: ObservedRun, records = 100): number {
  const last = losses.columns[0].slice(-records);
  return last.reduce((sum, loss) => sum + loss, 0) / last.length;
}

/** A layer at a moment, by its place as in a snapshot. Errors: RangeError for one that is not there. */
export const layerAt = (run: ObservedRun, place: string, step?: number): LayerSnapshot =>
  found(at(run, step).snapshot.layers, (layer) => layer.place, place);

/** A parameter at a moment, by its name. Errors: RangeError for one that is not there. */
export const parameterAt = (run: ObservedRun, name: string, step?: number): ParameterSnapshot =>
  found(at(run, step).snapshot.parameters, (parameter) => parameter.name, name);

function found<T>(list: readonly T[], nameOf: (each: T) => string, name: string): T {
  const one = list.find((each) => nameOf(each) === name);
  if (one === undefined)
    throw new RangeError(`lesson: expected one of ${list.map(nameOf).join(', ')}, got ${name}`);
  return one;
}

/** std of what a layer puts out, of the gradient by it. */
export const outputStd = ({ output }: LayerSnapshot): number => output?.std ?? Number.NaN;
export const gradientStd = ({ gradient }: LayerSnapshot): number => gradient?.std ?? Number.NaN;

/** std of the logits of a moment. */
export const logitsAt = (run: ObservedRun, step?: number): number =>
  outputStd(at(run, step).snapshot.layers.at(-1) as LayerSnapshot);

/** A network that knows nothing gives every character the same chance. */
export const chance = ({ info }: ObservedRun): number => Math.log(info.vocabulary.length);

export const layersOf = (moment: Moment, kind: string): LayerSnapshot[] =>
  moment.snapshot.layers.filter((layer) => layer.kind === kind);

/** The activation layers, first to last. */
export const activationsOf = (moment: Moment): LayerSnapshot[] =>
  moment.snapshot.layers.filter(({ activation }) => activation !== undefined);

/** Of each activation layer, first to last: std of what it puts out. */
export const stdsOf = (moment: Moment): number[] => activationsOf(moment).map(outputStd);

/** The share of its outputs that is saturated. */
export const saturatedOf = (moment: Moment): number[] =>
  activationsOf(moment).map(({ activation }) => activation?.saturated ?? Number.NaN);

/** std of the gradient by its outputs. */
export const gradientsOf = (moment: Moment): number[] => activationsOf(moment).map(gradientStd);

/** The weights of the linear layers, first to last: not the vectors of the characters. */
export const weightsOf = (moment: Moment): ParameterSnapshot[] =>
  moment.snapshot.parameters.filter(
    ({ name, shape }) => name.endsWith('.weight') && name !== '0.weight' && shape.length === 2,
  );

/** The gain of the second linear layer of the six, which has a hundred inputs: √100 times the std of its weights. */
export const gainOf = (run: ObservedRun, step = 0): number => 10 * weightsOf(at(run, step))[1].data.std;

/** update:data of the middle one of the five hidden weight matrices of the six layers. */
export const middleUpdate = (run: ObservedRun, step?: number): number =>
  weightsOf(at(run, step))
    .slice(0, 5)
    .map(({ updateToData }) => updateToData ?? Number.NaN)
    .toSorted((a, b) => a - b)[2];

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
