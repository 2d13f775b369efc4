import { relaxed } from '../../dist/relaxed.js';
import { contender } from './lanewise.mjs';

export const { name, available, network, kernels, core } = contender('lanewise, relaxed SIMD', {
  backend: 'wasm',
  arithmetic: relaxed,
});
