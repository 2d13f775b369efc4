export {
  contexts,
  type Dataset,
  type DatasetOptions,
  makeDataset,
  type Splits,
  splitNames,
} from './dataset.js';
export { createDeep, type DeepOptions } from './deep.js';
export { createMlp, hasBatchNorm, type Initialisation, initialisations, type MlpOptions } from './mlp.js';
export { builtInNames, type NameList, NamesError, parseNames } from './names.js';
export { lectureSettings, Run, type RunRecord, type RunSettings } from './run.js';
export { Sampler, type SamplerOptions } from './sample.js';
export { Vocabulary } from './vocabulary.js';
