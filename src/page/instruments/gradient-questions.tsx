import type { Question } from '../view/instrument.js';
export const gradientQuestions: readonly Question[] = [];
