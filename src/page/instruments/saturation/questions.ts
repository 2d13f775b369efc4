import type { Question } from '../../view/instrument.js';
import { Revival } from './aids/revival.js';
import { Threshold } from './aids/threshold.js';
import { WhiteColumn } from './aids/white-column.js';

export const saturationQuestions: readonly Question[] = [
  { id: 'white-column', question: 'A white column: is the neuron dead?', Aid: WhiteColumn },
  { id: 'dead-unit', question: 'What if a unit is dead: does it come back?', Aid: Revival },
  { id: 'saturation-threshold', question: 'Which threshold: 0.97 or 0.99?', Aid: Threshold },
  { id: 'relu-saturation', question: 'And for ReLU?', lesson: 'dead-relu' },
];
