import type { Question } from '../../view/instrument.js';
import { Narrower } from './aids/narrower.js';

export const gradientQuestions: readonly Question[] = [
  { id: 'narrower', question: 'Does a narrower curve mean a smaller std?', Aid: Narrower },
];
