/**
 * The state of a model, a trainer or a generator: checkpoints of this library, and PyTorch’s state dicts.
 *
 * @module lanewise/checkpoint
 */

export { getRngState, setRngState } from '../random/generator-state.js';
export {
  type LoadCheckpointOptions,
  loadCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from './checkpoint.js';
export {
  type Checkpoint,
  CheckpointError,
  type CheckpointTensor,
  readCheckpoint,
} from './checkpoint-file.js';
export { type LoadStateDictOptions, loadStateDict, saveStateDict } from './state-dict.js';
export {
  type DrawnState,
  restoreTrainer,
  type TrainerState,
  trainerState,
} from './trainer-state.js';
