import type { Session } from '../session.js';
import type { Question } from '../view/instrument.js';

export const lossQuestions = (_session: Session): Question[] => [];
