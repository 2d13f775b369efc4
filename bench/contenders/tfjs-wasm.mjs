import { contender } from './tfjs.mjs';

export const { name, available, network, kernels } = contender('TensorFlow.js, wasm, one thread', 'wasm');
