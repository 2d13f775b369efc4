export { type Arithmetic, type Backend, Core } from './core/core.js';
export { type BatchNormKernels, batchnormKernels } from './core/kernels/batchnorm.js';
export { type EmbeddingKernels, embeddingKernels } from './core/kernels/embedding.js';
export type { KernelFamily } from './core/kernels/family.js';
export { type LinearKernels, linearKernels } from './core/kernels/linear.js';
export { type ReluKernels, reluKernels } from './core/kernels/relu.js';
export { type SgdKernels, sgdKernels } from './core/kernels/sgd.js';
export { type SmoothKernels, smoothKernels } from './core/kernels/smooth.js';
export { type SoftmaxKernels, softmaxKernels } from './core/kernels/softmax.js';
export { type StatsKernels, statsKernels } from './core/kernels/stats.js';
export { type TanhKernels, tanhKernels } from './core/kernels/tanh.js';
export { type LoadOptions, load, type Relaxed } from './core/load.js';
export { printable } from './core/printable.js';
export { rowStride } from './core/row-stride.js';
export { type Dtype, Indices, Tensor } from './core/tensor.js';
export { type Finding, type FindingsContext, findings, type Rule } from './diagnostics/findings.js';
export { type BackwardHook, type ForwardHook, onBackward, onForward } from './diagnostics/hooks.js';
export { Recorder, type RecorderOptions } from './diagnostics/recorder.js';
export { Series } from './diagnostics/series.js';
export {
  deadUnits,
  type Histogram,
  type HistogramOptions,
  histogram,
  type Summary,
  type SummaryOptions,
  saturatedUnits,
  summarise,
} from './diagnostics/statistics.js';
export {
  type SurveyedLayer,
  type SurveyOptions,
  surveyUnits,
  UnitCounter,
  type UnitSurvey,
} from './diagnostics/survey.js';
export { Thinned, type Track } from './diagnostics/thinned.js';
export {
  type ActivationSnapshot,
  type LayerSnapshot,
  type ParameterSnapshot,
  type Snapshot,
  type SnapshotOptions,
  type TensorSnapshot,
  type Watched,
  type WatchedOptimizer,
  Watcher,
  type WatchOptions,
  watch,
} from './diagnostics/watch.js';
export {
  type Checkpoint,
  CheckpointError,
  type CheckpointTensor,
  type LoadCheckpointOptions,
  loadCheckpoint,
  readCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from './interchange/checkpoint.js';
export { BatchNorm1d, type BatchNorm1dOptions } from './nn/batchnorm.js';
export { ELU, type ELUOptions } from './nn/elu.js';
export { Embedding } from './nn/embedding.js';
export { fingerprint } from './nn/fingerprint.js';
export { Flatten } from './nn/flatten.js';
export { foldBatchNorm } from './nn/fold.js';
export { type Buffer, type Layer, Parameter, type Statistics } from './nn/layer.js';
export { Linear, type LinearOptions } from './nn/linear.js';
export { CrossEntropy } from './nn/losses/cross-entropy.js';
export { LeakyReLU, type LeakyReLUOptions, ReLU } from './nn/relu.js';
export { Sequential } from './nn/sequential.js';
export { Sigmoid } from './nn/sigmoid.js';
export { Tanh } from './nn/tanh.js';
export { type Schedule, stepSchedule } from './optim/schedules.js';
export { SGD, type SGDOptions } from './optim/sgd.js';
export { Generator } from './random/generator.js';
export { PythonRandom } from './random/python.js';
export {
  type CalibrateOptions,
  DivergenceError,
  type EvaluateOptions,
  type Examples,
  type Origin,
  type RunOptions,
  type Signal,
  Trainer,
  type TrainerOptions,
  type TrainerState,
  type VisitOptions,
} from './train/trainer.js';
