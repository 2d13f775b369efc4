import { Narrower } from '../../aids/layers/narrower.js';
import type { Question } from '../../view/instrument.js';

export const gradientQuestions: readonly Question[] = [
  { id: 'narrower', question: 'Does a narrower curve mean a smaller std?', Aid: Narrower },
];
