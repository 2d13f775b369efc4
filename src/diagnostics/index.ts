/**
 * What a network looks like from the inside while it trains.
 *
 * @module lanewise/diagnostics
 */

export { type StatsKernels, statsKernels } from '../core/kernels/stats.js';
export { explainDivergence } from '../train/explain/explain.js';
export type { Finding, Rule } from './finding-rules.js';
export { type FindingsContext, findings } from './findings.js';
export { fingerprint } from './fingerprint.js';
export { type BackwardHook, type ForwardHook, onBackward, onForward } from './hooks.js';
export { Recorder, type RecorderOptions } from './recorder.js';
export { Series } from './series.js';
export type {
  ActivationSnapshot,
  LayerSnapshot,
  ParameterSnapshot,
  Snapshot,
  SnapshotOptions,
  TensorSnapshot,
} from './snapshot.js';
export {
  deadUnits,
  type Histogram,
  type HistogramOptions,
  histogram,
  type Summary,
  type SummaryOptions,
  saturatedUnits,
  summarise,
} from './statistics.js';
export {
  type SurveyedLayer,
  type SurveyOptions,
  surveyUnits,
  UnitCounter,
  type UnitSurvey,
} from './survey.js';
export { Thinned, type Track } from './thinned.js';
export {
  type Watched,
  type WatchedOptimizer,
  Watcher,
  type WatchOptions,
  watch,
} from './watch.js';
