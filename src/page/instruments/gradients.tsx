import type { Session } from '../session.js';

export function GradientsInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
