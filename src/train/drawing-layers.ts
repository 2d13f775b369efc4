import type { Layer } from '../nn/layer.js';
import { type PlacedLayer, placedLayers } from '../nn/sequential.js';

/** The layers that draw while they train, such as Dropout. */
export const drawingLayers = (model: Layer): PlacedLayer[] =>
  placedLayers(model).filter(({ layer }) => 'generator' in layer);
