import type { Arithmetic, Backend } from '../core/core.js';
import type { Splits } from './dataset.js';
import type { DeepSettings, MlpSettings, RunSettings } from './settings.js';

/** A whole run in numbers: what `--json` writes. Losses are means in nats. */
export type RunRecord = RunOutcome & (Recorded<MlpSettings> | Recorded<DeepSettings>);

/** The settings as they were, but for a seed too large for a JSON number, which is a string. */
type Recorded<Settings extends RunSettings> = Omit<Settings, 'seed'> & { seed: number | string };

/** What came of a run. */
export interface RunOutcome {
  /** Of lanewise. */
  version: string;
  names: { path: string; sha256: string; count: number };
  /** The character of each token; the first is the boundary as the samples print it. */
  vocabulary: readonly string[];
  /** Steps made, which are fewer than those asked for where the run was stopped. */
  steps: number;
  /** Number of trainable numbers. */
  parameters: number;
  /** Step and loss of its minibatch: steps 0 … 1000, every 1000th, and the last. */
  losses: [number, number][];
  /** The same every 10,000 steps. */
  printed: [number, number][];
  /** Losses over whole splits; without batch norm both rows are the same. null where the run did not get so far. */
  final: { running: Splits<number>; calibrated: Splits<number> } | null;
  samples: string[];
  /** See `fingerprint`. */
  fingerprint: string;
  backend: Backend;
  arithmetic: Arithmetic;
  /** Time of the training steps alone. */
  seconds: number;
  stepsPerSecond: number;
  stopped: 'finished' | 'interrupted' | 'diverged';
  /** Where `stopped` is 'diverged': the step whose loss was NaN or infinite. */
  divergence?: { step: number; loss: string; lastLoss: number | null; likely: string };
}
