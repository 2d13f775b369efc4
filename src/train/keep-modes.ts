import { isCalibrated } from '../nn/calibration.js';
import type { Layer } from '../nn/layer.js';
import { placedLayers } from '../nn/sequential.js';

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
