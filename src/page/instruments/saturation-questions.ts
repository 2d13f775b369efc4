import type { Question } from '../view/instrument.js';

export const saturationQuestions: readonly Question[] = [];
