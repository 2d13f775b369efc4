import { BatchNorm1d } from './batchnorm.js';
import type { Layer } from './layer.js';
import { placedLayers } from './sequential.js';

/**
 * Puts the layers back into the modes that they are in now. Of layers of the user, which do not say theirs: into that of
 * the batch norms where they all have one, else into training.
 */
export function keepModes(model: Layer): () => void {
  const norms = placedLayers(model).flatMap(({ layer }) => (layer instanceof BatchNorm1d ? [layer] : []));
  const modes = norms.map(({ mode }) => mode);
  return () => {
    const [first] = modes;
    if (first !== undefined && first !== 'batch' && modes.every((mode) => mode === first)) {
      model.eval?.(first);
      return;
    }
    model.train?.();
    norms.forEach((norm, i) => {
      const mode = modes[i];
      if (mode !== 'batch') norm.eval(mode);
    });
  };
}
