import type { Tensor } from '../core/tensor.js';
import { KeptRows } from './kept-rows.js';
import type { Layer, Statistics } from './layer.js';
import { Moments } from './moments.js';
import { placedLayers, Sequential } from './sequential.js';

/** A layer that normalises by statistics, which `measure` takes and `setCalibrated` gives, such as `BatchNorm1d`. */
export interface CalibratedLayer {
  readonly numFeatures: number;
  readonly mode: Statistics | 'batch';
  calibrated: boolean;
  readonly calibratedMean: Tensor;
  readonly calibratedSpread: Tensor;
  train(): void;
  eval(statistics?: Statistics): void;
  measure(x: Tensor): { mean: Float32Array; variance: Float32Array };
  setCalibrated(mean: ArrayLike<number>, variance: ArrayLike<number>): void;
  /** `calibrate`: a program without such a layer does not carry it. */
  calibrateAll(model: Sequential, examples: CalibrationExamples): Promise<void>;
}

/** What the statistics are taken of, batch by batch. */
export interface CalibrationExamples {
  /** Their inputs, packed. */
  x: Int32Array | Float32Array;
  count: number;
  /** Rows of a batch at most. */
  capacity: number;
  /** All the examples in their order. */
  each(visit: (x: Tensor, rows: number) => void): Promise<void>;
  /** As `calibrate` says. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

/** By what it has: a program without batch norm does not carry that. */
export const isCalibrated = (layer: unknown): layer is CalibratedLayer =>
  'setCalibrated' in (layer as object);

/** Work on calibrated statistics: where it fails or is ended, all of them are those from before, not some. */
async function allCalibratedOrNone(
  norms: readonly CalibratedLayer[],
  work: () => Promise<void>,
): Promise<void> {
  const before = norms.map((norm) => ({
    norm,
    calibrated: norm.calibrated,
    mean: norm.calibratedMean.toArray(),
    spread: norm.calibratedSpread.toArray(),
  }));
  try {
    await work();
  } catch (error) {
    for (const { norm, calibrated, mean, spread } of before) {
      norm.calibratedMean.set(mean);
      norm.calibratedSpread.set(spread);
      norm.calibrated = calibrated;
    }
    throw error;
  }
}

/** What `calibrate` does. */
export async function calibrate(model: Sequential, examples: CalibrationExamples): Promise<void> {
  const { capacity, each, onProgress } = examples;
  model.eval();
  const layers = chainOf(model);
  const norms = layers.flatMap((outer, position) =>
    placedLayers(outer).flatMap(({ layer }) => (isCalibrated(layer) ? [{ layer, outer, position }] : [])),
  );
  const count = norms.length * examples.count;
  let done = 0;
  // What went into an earlier batch norm, where the passes of the later ones begin: each layer is computed once.
  let kept: KeptRows | undefined;
  let next: KeptRows | undefined;
  let begin = 0;
  const work = async () => {
    for (const [i, { layer, outer, position }] of norms.entries()) {
      const { numFeatures } = layer;
      const before = layers.slice(begin, position);
      const moments = new Moments(numFeatures);
      // Not where it stands within a layer of several, nor where an example has become several rows.
      let isKept = i + 1 < norms.length && (outer as unknown) === layer;
      let first = 0;
      await each((x, rows) => {
        let h = kept?.batch(first, rows) ?? x;
        for (const earlier of before) h = ready(earlier).forward(h);
        h = inputOf(layer, outer, h);
        const { mean, variance } = layer.measure(h);
        moments.add(h.rows, mean, variance);
        isKept &&= h.rows === rows;
        if (isKept && next === undefined) {
          next = kept?.columns === numFeatures ? kept : undefined;
          next ??= KeptRows.of(h.core, examples.count, capacity, numFeatures);
          isKept = next !== undefined;
        }
        next?.put(first, h);
        first += rows;
        done += rows;
        onProgress?.(done, count);
      });
      if (!moments.mean.every(Number.isFinite)) expectFinite(examples);
      layer.setCalibrated(moments.mean, moments.variance());
      if (next !== undefined) {
        if (next !== kept) kept?.dispose();
        kept = next;
        next = undefined;
        begin = position;
      }
    }
  };
  try {
    await allCalibratedOrNone(
      norms.map(({ layer }) => layer),
      work,
    );
  } finally {
    next?.dispose();
    kept?.dispose();
  }
}

/** Statistics of examples that are not finite would make each later evaluation NaN. */
function expectFinite({ x, count }: CalibrationExamples): void {
  const at = (x as Float32Array).findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const columns = x.length / count;
  throw new RangeError(
    `calibrate: expected finite numbers, got ${x[at]} in column ${at % columns} of x in example ${Math.floor(at / columns)}`,
  );
}

/** The layers one behind the other; one that is made of others but is no Sequential as one. */
const chainOf = (model: Sequential): Layer[] =>
  model.layers.flatMap((layer) => (layer instanceof Sequential ? chainOf(layer) : [layer as Layer]));

/** What comes to a layer that stands in another, or is it, whose input is x: by a forward of those before it. */
function inputOf(layer: unknown, outer: Layer, x: Tensor): Tensor {
  if (outer === layer) return x;
  let h = x;
  for (const inner of outer.inner === undefined ? [] : chainOf(outer.inner)) {
    if (placedLayers(inner).some((placed) => placed.layer === layer)) return inputOf(layer, inner, h);
    h = ready(inner).forward(h);
  }
  return h;
}

/** A layer, and what is in it, in the mode of an evaluation, batch norm with what was calibrated before it. */
function ready(layer: Layer): Layer {
  for (const { layer: each } of placedLayers(layer))
    if (each.inner === undefined) each.eval?.(isCalibrated(each) ? 'calibrated' : undefined);
  return layer;
}
