import type { ComponentChildren } from 'preact';
import type { Session } from '../session.js';
import { ActivationsInstrument } from './activations.js';
import { BatchnormInstrument } from './batchnorm.js';
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
  Component: (props: { session: Session }) => ComponentChildren;
}

/** From top to bottom. */
export const instruments: readonly Entry[] = [
  { id: 'loss', Component: LossInstrument },
  { id: 'findings', Component: FindingsInstrument },
  { id: 'activations', Component: ActivationsInstrument },
  { id: 'gradients', Component: GradientsInstrument },
  { id: 'saturation', Component: SaturationInstrument },
  { id: 'weights', Component: WeightsInstrument },
  { id: 'updates', Component: UpdatesInstrument },
  { id: 'evaluation', Component: EvaluationInstrument },
  { id: 'samples', Component: SamplesInstrument },
  { id: 'batchnorm', Component: BatchnormInstrument },
];
