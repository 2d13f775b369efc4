/**
 * The networks and the lecture of makemore, part 3.
 *
 * @module lanewise/makemore
 */

export { PythonRandom } from '../random/python.js';
export {
  contexts,
  type Dataset,
  type DatasetOptions,
  makeDataset,
  type Splits,
  splitNames,
} from './dataset.js';
export { createDeep, type DeepOptions } from './deep.js';
export type { Cell } from './lecture/cell.js';
export { cells } from './lecture/cells.js';
export {
  targetEntropy,
  type ZeroInitialisation,
  type ZeroOptions,
  zeroInitialisation,
} from './lecture/exercises.js';
export {
  type Experiment,
  type ExperimentOptions,
  type ExperimentResult,
  type ExperimentSet,
  experimentSets,
  runExperiment,
  type TanhStatistics,
} from './lecture/experiments.js';
export type { DeepLayers } from './lecture/layers.js';
export {
  type InitialHidden,
  Lecture,
  type LectureRecord,
  type UpdateToData,
} from './lecture/lecture.js';
export { type Printed, type PrintedLossLogRow, printedOn } from './lecture/printed.js';
export type { Row } from './lecture/row.js';
export { batchNormWidget, type Widget } from './lecture/statistics.js';
export type { Convention, Variances } from './lecture/variance.js';
export { createMlp, hasBatchNorm, type Initialisation, initialisations, type MlpOptions } from './mlp.js';
export { builtInNames, type NameList, NamesError, parseNames } from './names.js';
export type { RunOutcome, RunRecord } from './record.js';
export { type EvaluateRunOptions, type OnProgress, type ResumeOptions, Run, type TrainUntil } from './run.js';
export { Sampler, type SamplerOptions } from './sample.js';
export { loadNetwork, readRun, type SavedRun } from './saved.js';
export {
  type ActivationName,
  activationNames,
  createNetwork,
  type DeepSettings,
  deepSettings,
  lectureSettings,
  type MlpSettings,
  normalises,
  type RunSettings,
} from './settings.js';
export { Vocabulary } from './vocabulary.js';
