/** The lecture's two networks as lessons set them up. */
import type { DeepSettings, MlpSettings, RunSettings } from 'lanewise/makemore';
import { presets } from '../settings/fields.js';

/** The first network, of one hidden layer. */
export const first = (changed: Partial<MlpSettings> = {}): RunSettings => ({
  ...(presets.mlp as MlpSettings),
  ...changed,
});

/** The six-layer network, with batch norm. */
export const six = (changed: Partial<DeepSettings> = {}): RunSettings => ({
  ...(presets.deep as DeepSettings),
  ...changed,
});

/** The six-layer network without batch norm. */
export const bare = (changed: Partial<DeepSettings> = {}): RunSettings =>
  six({ batchNorm: false, ...changed });
