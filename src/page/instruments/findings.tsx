import type { Session } from '../session.js';

export function FindingsInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
