import type { Question } from '../../view/instrument.js';
import { FirstLayer } from './aids/first-layer.js';

export const weightQuestions: readonly Question[] = [
  { id: 'first-layer', question: 'Why is the first layer different?', Aid: FirstLayer },
];
