// The files of a model: checkpoints of this library, and PyTorch’s state dicts.

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
