import { REVEAL } from './highlight.js';

/** How long an instrument that was pointed at stays marked, in milliseconds. */
const MARKED = 2500;

/** Scrolls to an instrument, gives it the focus, so that one reads on there, and marks it briefly. */
export function pointAt(id: string): void {
  const instrument = document.getElementById(id);
  if (instrument === null) return;
  instrument.dispatchEvent(new Event(REVEAL, { bubbles: true }));
  instrument.tabIndex = -1;
  instrument.focus({ preventScroll: true });
  // Smooth where the style sheet says so: not for those who prefer reduced motion.
  instrument.scrollIntoView({ block: 'start' });
  instrument.classList.add('pointed-at');
  setTimeout(() => instrument.classList.remove('pointed-at'), MARKED);
}
