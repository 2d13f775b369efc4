import type { Session } from '../session.js';

export function UpdatesInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
