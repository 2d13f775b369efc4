import type { Question } from '../view/instrument.js';
export const updateQuestions = (_s: unknown): readonly Question[] => [];
