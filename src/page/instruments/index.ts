import type { ComponentChildren } from 'preact';
import { ActivationsInstrument } from './activations/activations.js';
import { BatchnormInstrument } from './batchnorm/batchnorm.js';
import { EmbeddingsInstrument } from './embeddings/embeddings.js';
import { EvaluationInstrument } from './evaluation/evaluation.js';
import { FindingsInstrument } from './findings/findings.js';
import { GradientsInstrument } from './gradients/gradients.js';
import { LossInstrument } from './loss/loss.js';
import { SamplesInstrument } from './samples/samples.js';
import { SaturationInstrument } from './saturation/saturation.js';
import type { InstrumentProps } from './shared/chosen-layer.js';
import { UpdatesInstrument } from './updates/updates.js';
import { WeightsInstrument } from './weights/weights.js';

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
