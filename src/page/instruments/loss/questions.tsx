import type { Session } from '../../session/session.js';
import type { Question } from '../../view/instrument.js';
import { FirstLoss } from './aids/first-loss.js';
import { LongEnough } from './aids/long-enough.js';
import { NamesFileAid } from './aids/names-file.js';
import { OneMinibatch } from './aids/one-minibatch.js';
import { TorchNumbers } from './aids/torch-numbers.js';
import { ZeroParameters } from './aids/zero-parameters.js';
import './aids/loss.css';

/** What learners ask at the loss. */
export const lossQuestions = (session: Session): Question[] => [
  {
    id: 'why-first-loss',
    question: 'Why should the first loss be 3.2958?',
    Aid: () => <FirstLoss session={session} />,
  },
  {
    id: 'which-numbers',
    question: 'Which numbers should I get? Mine differ from the video',
    Aid: () => <TorchNumbers session={session} />,
  },
  {
    id: 'why-not-zero',
    question: 'Why not set W2 = 0 too? And everything else?',
    Aid: () => <ZeroParameters session={session} />,
  },
  {
    id: 'long-enough',
    question: 'Is 1,000 steps long enough?',
    Aid: () => <LongEnough session={session} />,
  },
  {
    id: 'one-minibatch',
    question: 'Is one minibatch’s loss the loss?',
    Aid: () => <OneMinibatch session={session} />,
  },
  {
    id: 'names-txt',
    question: 'Where is names.txt?',
    Aid: () => <NamesFileAid session={session} />,
  },
];
