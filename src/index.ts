/**
 * What it takes to build, train and use a network.
 *
 * @module lanewise
 */

// Folder by folder: bundles have them in this order, and are smaller where what is alike lies near to each other.

export { type Arithmetic, type Backend, Core } from './core/core.js';
export { type AdamKernels, adamKernels } from './core/kernels/adam.js';
export { type BatchNormKernels, batchnormKernels } from './core/kernels/batchnorm.js';
export { type BceKernels, bceKernels } from './core/kernels/bce.js';
export { type ClipKernels, clipKernels } from './core/kernels/clip.js';
export { type EmbeddingKernels, embeddingKernels } from './core/kernels/embedding.js';
export type { KernelFamily } from './core/kernels/family.js';
export { type GatedKernels, gatedKernels } from './core/kernels/gated.js';
export { type GeluKernels, geluKernels } from './core/kernels/gelu.js';
export { type LayerNormKernels, layernormKernels } from './core/kernels/layernorm.js';
export { type LinearKernels, linearKernels } from './core/kernels/linear.js';
export { type LossesKernels, lossesKernels } from './core/kernels/losses.js';
export { type MomentumKernels, momentumKernels } from './core/kernels/momentum.js';
export { type PointwiseKernels, pointwiseKernels } from './core/kernels/pointwise.js';
export { type ReluKernels, reluKernels } from './core/kernels/relu.js';
export { type RmspropKernels, rmspropKernels } from './core/kernels/rmsprop.js';
export { type SgdKernels, sgdKernels } from './core/kernels/sgd.js';
export { type SmoothKernels, smoothKernels } from './core/kernels/smooth.js';
export { type SoftmaxKernels, softmaxKernels } from './core/kernels/softmax.js';
export { type SoftmaxRowsKernels, softmaxRowsKernels } from './core/kernels/softmax-rows.js';
export { type SoftplusKernels, softplusKernels } from './core/kernels/softplus.js';
export { type TanhKernels, tanhKernels } from './core/kernels/tanh.js';
export { type LoadOptions, load, type Relaxed } from './core/load.js';
export { matmul, transpose } from './core/matmul.js';
export { printable } from './core/printable.js';
export { rowStride } from './core/row-stride.js';
export type { RowData } from './core/rows.js';
export { type Dtype, Indices, Tensor } from './core/tensor.js';

// random

export { Generator } from './random/generator.js';
export { type MultinomialOptions, multinomial } from './random/multinomial.js';

// init

export { constant, type NormalOptions, normal, type UniformOptions, uniform } from './init/fill.js';
export { calculateGain, type Nonlinearity } from './init/gain.js';
export { type KaimingOptions, kaimingNormal, kaimingUniform } from './init/kaiming.js';
export type { Initialisable } from './init/target.js';
export { type XavierOptions, xavierNormal, xavierUniform } from './init/xavier.js';

// nn

export {
  ELU,
  type ELUOptions,
  GELU,
  type GELUOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  ReLU,
  Sigmoid,
  SiLU,
  Softplus,
  type SoftplusOptions,
  Tanh,
} from './nn/activations.js';
export { BatchNorm1d, type BatchNorm1dOptions } from './nn/batchnorm.js';
export { Dropout, type DropoutOptions } from './nn/dropout.js';
export { Embedding, type EmbeddingOptions } from './nn/embedding.js';
export { Flatten } from './nn/flatten.js';
export { foldBatchNorm } from './nn/fold.js';
export { type Buffer, type Layer, Parameter, type Statistics } from './nn/layer.js';
export { LayerNorm, type LayerNormOptions } from './nn/layernorm.js';
export { Linear, type LinearOptions } from './nn/linear.js';
export type { LossOptions } from './nn/losses/base-loss.js';
export { BCEWithLogitsLoss, type BCEWithLogitsLossOptions } from './nn/losses/bce-with-logits.js';
export {
  CrossEntropyLoss,
  CrossEntropyLoss as CrossEntropy,
  type CrossEntropyLossOptions,
} from './nn/losses/cross-entropy.js';
export type { Loss } from './nn/losses/loss.js';
export { HuberLoss, type HuberLossOptions, L1Loss, MSELoss } from './nn/losses/value-loss.js';
export { Residual } from './nn/residual.js';
export { type PlaceOptions, Sequential } from './nn/sequential.js';
export { LogSoftmax, Softmax } from './nn/softmax.js';

// optim

export { Adam, type AdamOptions, AdamW } from './optim/adam.js';
export type { LearningRate, ParameterGroup } from './optim/base-optimizer.js';
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './optim/clip.js';
export { lrAt, type Optimizer } from './optim/optimizer.js';
export { RMSprop, type RMSpropOptions } from './optim/rmsprop.js';
export {
  type CosineAnnealingLROptions,
  cosineAnnealingLR,
  type ExponentialLROptions,
  exponentialLR,
  type LinearLROptions,
  linearLR,
  type MultiStepLROptions,
  multiStepLR,
  type OneCycleLROptions,
  oneCycleLR,
  type PlateauState,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type Schedule,
  type StepLROptions,
  stepLR,
  stepSchedule,
} from './optim/schedules.js';
export { SGD, type SGDOptions } from './optim/sgd.js';

// train

export type { Signal } from './train/abort.js';
export {
  type Diverged,
  DivergenceError,
  type Explain,
  type Explanation,
  type Origin,
} from './train/divergence.js';
export {
  type CalibrateOptions,
  calibrate,
  type Evaluated,
  type EvaluateOptions,
  evaluate,
  type VisitOptions,
  visit,
} from './train/evaluation.js';
export type { Examples, RawExamples } from './train/examples.js';
export type { Metric } from './train/metrics.js';
export { accuracy, meanAbsoluteError, rSquared } from './train/metrics.js';
export type { Sampling } from './train/sampler.js';
export { Trainer } from './train/trainer.js';
export type { Model, RunOptions, TrainerOptions } from './train/trainer-options.js';
export { type Validated, Validation, type ValidationOptions } from './train/validation.js';
