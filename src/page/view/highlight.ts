/** Leads the eye: what is spoken of is scrolled into view and marked. */

/** What is folded unfolds when it hears this. */
export const REVEAL = 'reveal';

/** The mark, an attribute: a component that writes its classes anew leaves it. */
const MARK = 'data-pointed-out';
/** How long an instrument that was pointed at stays marked, in milliseconds. */
const BRIEFLY = 2500;

const placeOf = (target: string): Element | null =>
  document.querySelector(`[data-place="${CSS.escape(target)}"]`) ?? document.getElementById(target);

/** Ends the watch over a place that was scrolled to. */
let leave: (() => void) | undefined;

/**
 * Marks a place until another one is, unfolds it, and scrolls to it where it is out of sight. Undefined: marks none.
 * Nothing where there is no such place.
 *
 * @param target a `data-place`: `network`, `network:<place of a layer>`, `loss`, `names`, or the id of an instrument
 * @param reader where somebody reads, who is not to be taken away: it is only scrolled to what is beside that
 */
export function highlight(target: string | undefined, reader?: Element | null): void {
  const place = mark(target);
  if (place === null || isInSight(place) || (reader && !isBeside(place, reader))) return;
  leadTo(place);
}

/** Scrolls to an instrument, gives it the focus, so that one reads on there, and marks it briefly. */
export function pointAt(id: string): void {
  const place = mark(id);
  if (!(place instanceof HTMLElement)) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  leadTo(place);
  setTimeout(() => place.removeAttribute(MARK), BRIEFLY);
}

/** Takes the mark from where it was and gives it to a place, unfolded. */
function mark(target: string | undefined): Element | null {
  leave?.();
  for (const marked of document.querySelectorAll(`[${MARK}]`)) marked.removeAttribute(MARK);
  const place = target === undefined ? null : placeOf(target);
  place?.dispatchEvent(new Event(REVEAL, { bubbles: true }));
  place?.setAttribute(MARK, '');
  return place;
}

function leadTo(place: Element): void {
  // Smooth where the style sheet says so: not for those who prefer reduced motion.
  place.scrollIntoView({ block: 'start' });
  leave = stayAt(place);
}

/** What is above it may be drawn only now, and push it away: it is followed until the visitor goes elsewhere. */
function stayAt(place: Element): () => void {
  const stop = new AbortController();
  const observer = new ResizeObserver(() => place.scrollIntoView({ block: 'start' }));
  observer.observe(document.body);
  stop.signal.addEventListener('abort', () => observer.disconnect());
  for (const moved of ['wheel', 'touchstart', 'pointerdown', 'keydown'])
    addEventListener(moved, () => stop.abort(), { signal: stop.signal, passive: true });
  return () => stop.abort();
}

/** Whether one sees both: not so on a telephone, where all is one column. */
const isBeside = (place: Element, reader: Element): boolean =>
  reader.getBoundingClientRect().right <= place.getBoundingClientRect().left;

/** Half of it at least, or as much as fits the window below the bars. */
function isInSight(place: Element): boolean {
  const { top, bottom, height } = place.getBoundingClientRect();
  const bars = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  const seen = Math.min(bottom, innerHeight) - Math.max(top, bars);
  return seen >= Math.min(height, innerHeight - bars) / 2;
}
