import type { ComponentChildren } from 'preact';
import { ActivationsInstrument } from './activations.js';
import { BatchnormInstrument } from './batchnorm.js';
import type { InstrumentProps } from './chosen-layer.js';
import { EmbeddingsInstrument } from './embeddings.js';
import { EvaluationInstrument } from './evaluation.js';
import { FindingsInstrument } from './findings.js';
import { GradientsInstrument } from './gradients.js';
import { LossInstrument } from './loss.js';
import { SamplesInstrument } from './samples.js';
import { SaturationInstrument } from './saturation.js';
import { UpdatesInstrument } from './updates.js';
import { WeightsInstrument } from './weights.js';

interface Entry {
  id: string;
  /** In the list that leads to the instruments. */
  short: string;
  /** Beside the network, always in sight. */
  beside?: true;
  /** Unfolded from the beginning, where there is room. */
  open?: true;
  Component: (props: InstrumentProps) => ComponentChildren;
}

/** From top to bottom. */
export const instruments: readonly Entry[] = [
  { id: 'loss', short: 'Loss', Component: LossInstrument, beside: true },
  { id: 'samples', short: 'Names', Component: SamplesInstrument, beside: true },
  { id: 'findings', short: 'Findings', Component: FindingsInstrument, open: true },
  { id: 'activations', short: 'Activations', Component: ActivationsInstrument, open: true },
  { id: 'gradients', short: 'Gradients', Component: GradientsInstrument, open: true },
  { id: 'saturation', short: 'Saturation', Component: SaturationInstrument },
  { id: 'weights', short: 'Weights', Component: WeightsInstrument },
  { id: 'embeddings', short: 'Embeddings', Component: EmbeddingsInstrument },
  { id: 'updates', short: 'Updates', Component: UpdatesInstrument },
  { id: 'batchnorm', short: 'Batch norm', Component: BatchnormInstrument },
  { id: 'evaluation', short: 'Splits', Component: EvaluationInstrument },
];
