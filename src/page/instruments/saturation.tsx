import type { Session } from '../session.js';

export function SaturationInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
