import type { Session } from '../session.js';

export function ActivationsInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
