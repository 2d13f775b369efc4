import type { Question } from '../../view/instrument.js';
import { MinusThree } from './aids/minus-three.js';

export const updateQuestions: readonly Question[] = [
  { id: 'minus-three', question: 'Why −3, and the ratio of what?', Aid: MinusThree },
];
