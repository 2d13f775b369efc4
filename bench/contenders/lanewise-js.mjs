import { contender } from './lanewise.mjs';

export const { name, available, network, kernels, core } = contender('lanewise, JavaScript backend', {
  backend: 'js',
});
