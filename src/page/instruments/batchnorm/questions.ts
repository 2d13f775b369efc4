import type { Question } from '../../view/instrument.js';
import { ConventionsAid } from './aids/conventions.js';
import { EpsAid } from './aids/eps.js';
import { FoldAid } from './aids/fold.js';
import { MomentumAid } from './aids/momentum.js';

export const normQuestions: readonly Question[] = [
  {
    id: 'conventions',
    question: 'Biased or unbiased? Does torch’s BatchNorm1d do what the lecture does?',
    Aid: ConventionsAid,
  },
  { id: 'eps', question: 'What is eps for?', Aid: EpsAid },
  { id: 'momentum', question: 'Momentum 0.001 or 0.1?', Aid: MomentumAid },
  {
    id: 'bias-before',
    question: 'Why does the bias before a batch norm do nothing?',
    lesson: 'bias-before-norm',
  },
  { id: 'fold', question: 'Can batch norm be folded into the linear layer?', Aid: FoldAid },
];
