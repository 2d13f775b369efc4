import { contender } from './lanewise.mjs';

export const { name, available, network, kernels } = contender('lanewise, JavaScript backend', 'js');
