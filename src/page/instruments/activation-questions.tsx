import type { Question } from '../view/instrument.js';
export const activationQuestions = (_s: unknown): readonly Question[] => [];
