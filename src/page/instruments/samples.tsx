import type { Session } from '../session.js';

export function SamplesInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
