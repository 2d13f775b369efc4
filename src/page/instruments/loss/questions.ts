import type { Question } from '../../view/instrument.js';
import { LongEnough } from './aids/long-enough.js';
import { NamesFileAid } from './aids/names-file.js';
import { OneMinibatch } from './aids/one-minibatch.js';
import { TorchNumbers } from './aids/torch-numbers.js';
import './aids/loss.css';

/** What learners ask at the loss. */
export const lossQuestions: readonly Question[] = [
  { id: 'why-first-loss', question: 'Why should the first loss be 3.2958?', lesson: 'initial-loss' },
  {
    id: 'which-numbers',
    question: 'Which numbers should I get? Mine differ from the video',
    Aid: TorchNumbers,
  },
  { id: 'why-not-zero', question: 'Why not set W2 = 0 too? And everything else?', lesson: 'all-zero' },
  { id: 'long-enough', question: 'Is 1,000 steps long enough?', Aid: LongEnough },
  { id: 'one-minibatch', question: 'Is one minibatch’s loss the loss?', Aid: OneMinibatch },
  { id: 'names-txt', question: 'Where is names.txt?', Aid: NamesFileAid },
];
