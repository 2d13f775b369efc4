import type { Session } from '../session.js';

export function EvaluationInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
