import type { Tensor } from '../core/tensor.js';
import type { Layer, Statistics } from '../nn/layer.js';
import { placedLayers } from '../nn/sequential.js';

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
}

/** By what it has: a program without batch norm does not carry it. */
export const isCalibrated = (layer: unknown): layer is CalibratedLayer =>
  'setCalibrated' in (layer as object);

/** Work on calibrated statistics: where it fails or is ended, all of them are those from before, not some. */
export async function allCalibratedOrNone(
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

/**
 * Puts the layers back into the modes that they are in now. Of layers of the user, which do not say theirs: into that of
 * the batch norms where they all have one, else into the model's own.
 */
export function keepModes(model: Layer & { readonly training?: boolean }): () => void {
  const norms = placedLayers(model).flatMap(({ layer }: { layer: unknown }) =>
    isCalibrated(layer) ? [layer] : [],
  );
  const modes = norms.map(({ mode }) => mode);
  const { training = true } = model;
  return () => {
    const [first] = modes;
    if (first !== undefined && first !== 'batch' && modes.every((mode) => mode === first)) {
      model.eval?.(first);
      return;
    }
    if (training) model.train?.();
    else model.eval?.();
    norms.forEach((norm, i) => {
      const mode = modes[i];
      if (mode === 'batch') norm.train();
      else norm.eval(mode);
    });
  };
}
