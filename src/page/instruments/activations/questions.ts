import type { Question } from '../../view/instrument.js';
import { FiveThirds } from './aids/five-thirds.js';
import { SaturationBands } from './aids/saturation-bands.js';

export const activationQuestions: readonly Question[] = [
  {
    id: 'which-saturation',
    question: 'Which percentage is bad, what is it for ReLU, and should it stay constant?',
    Aid: SaturationBands,
  },
  { id: 'five-thirds', question: 'Why 5/3?', Aid: FiveThirds },
  {
    id: 'why-tanh',
    question: 'If linear layers want gain 1, why tanh at all?',
    lesson: 'linear-stack',
  },
];
