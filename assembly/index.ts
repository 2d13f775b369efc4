export {
  eluBackward,
  eluForward,
  expForward,
  leakyReluBackward,
  leakyReluForward,
  logForward,
  reluBackward,
  reluForward,
  sigmoidBackward,
  sigmoidForward,
  tanhBackward,
} from './activations';
export {
  batchNormBackward,
  batchNormBackwardFixed,
  batchNormDeviation,
  batchNormForward,
  batchNormStatistics,
  batchNormTrack,
} from './batchnorm';
export { embeddingBackward, embeddingForward } from './embedding';
export { linearBackward, linearForward } from './matmul';
export { heapBase } from './memory';
export { sgdUpdate } from './sgd';
export { crossEntropy, logSumExp, softmaxForward } from './softmax';
export { countAbove, countOutside, histogram, moments } from './stats';
export { tanhForward } from './tanh';
