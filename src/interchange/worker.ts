/**
 * Training in a thread.
 *
 * @module lanewise/worker
 */

export { type PreparedTraining, serveTraining } from './serve-training.js';
export { type TrainOptions, train } from './train.js';
export {
  type TrainInWorkerOptions,
  type TrainingWorker,
  trainInWorker,
  type WorkerSignal,
} from './train-in-worker.js';
export {
  type Call,
  type LayerDescription,
  type LearningRateDescription,
  type LossDescription,
  type MetricName,
  type OptimizerDescription,
  prepareTraining,
  sequentialOf,
  type TrainingDescription,
} from './training-description.js';
export type { TrainedInWorker } from './worker-messages.js';
