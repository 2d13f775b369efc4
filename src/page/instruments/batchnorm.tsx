import type { Session } from '../session.js';

export function BatchnormInstrument({ session }: { session: Session }) {
  return session.frame.value === undefined ? null : null;
}
