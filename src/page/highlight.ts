/** Leads the eye: what is spoken of is scrolled into view and marked. */
const MARK = 'lit';

/** What can be folded is told by this event, which bubbles, that somebody is led to it. */
export const REVEAL = 'reveal';

const placeOf = (target: string): Element | null =>
  document.querySelector(`[data-place="${CSS.escape(target)}"]`) ?? document.getElementById(target);

/** Whether there is such a place on the page now. */
export const hasPlace = (target: string): boolean => placeOf(target) !== null;

/**
 * Marks a place until another one is, and scrolls to it where it is out of sight. Undefined: marks none. Nothing where there
 * is no such place.
 *
 * @param target a `data-place`: `network`, `network:<place of a layer>`, `loss`, `names`, or the id of an instrument
 */
export function highlight(target: string | undefined): void {
  for (const lit of document.querySelectorAll(`.${MARK}`)) lit.classList.remove(MARK);
  const place = target === undefined ? null : placeOf(target);
  if (place === null) return;
  place.dispatchEvent(new Event(REVEAL, { bubbles: true }));
  place.classList.add(MARK);
  if (!isInSight(place)) place.scrollIntoView({ block: 'start', behavior: isStill() ? 'auto' : 'smooth' });
}

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Half of it at least, or as much as fits the window. */
function isInSight(place: Element): boolean {
  const { top, bottom, height } = place.getBoundingClientRect();
  const seen = Math.min(bottom, innerHeight) - Math.max(top, 0);
  return seen >= Math.min(height, innerHeight) / 2;
}
