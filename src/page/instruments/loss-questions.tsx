import type { Question } from '../view/instrument.js';

export const lossQuestions: readonly Question[] = [];
