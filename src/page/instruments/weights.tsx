import type { Session } from '../session.js';

export function WeightsInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
