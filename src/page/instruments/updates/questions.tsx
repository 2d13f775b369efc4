import type { Session } from '../../session/session.js';
import type { Question } from '../../view/instrument.js';
import { MinusThree } from './aids/minus-three.js';

export const updateQuestions = (session: Session): readonly Question[] => [
  {
    id: 'minus-three',
    question: 'Why −3, and the ratio of what?',
    Aid: () => <MinusThree session={session} />,
  },
];
