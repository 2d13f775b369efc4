import type { Question } from '../../view/instrument.js';

export const evaluationQuestions: readonly Question[] = [
  {
    id: 'which-loss',
    question: 'Running or calibrated: which loss is right?',
    lesson: 'running-statistics',
  },
];
