import { effect } from '@preact/signals';
import { type Painted, painter } from './painter.js';

interface Painting {
  /** Draws, as the painter wants it. */
  paint: Painted['paint'];
  /** Reads the signals after whose change it is to be drawn anew. */
  follow: () => void;
  /** The element has another size; it is drawn anew thereafter. */
  resized?: () => void;
}

/** Lets the painter draw an element while it is seen, or is near to that. Returns what ends it. */
export function paintWhenSeen(element: Element, { paint, follow, resized }: Painting): () => void {
  const painted: Painted = { visible: false, stale: true, at: Number.NEGATIVE_INFINITY, took: 0, paint };
  const changed = () => {
    painted.stale = true;
    painter.ask();
  };
  const remove = painter.add(painted);
  const stop = effect(() => {
    follow();
    changed();
  });
  const seen = new IntersectionObserver(
    (entries) => {
      painted.visible = entries.at(-1)?.isIntersecting ?? false;
      if (painted.visible) painter.ask();
    },
    { rootMargin: '100px' },
  );
  seen.observe(element);
  const sized = new ResizeObserver(() => {
    resized?.();
    changed();
  });
  sized.observe(element);
  return () => {
    remove();
    stop();
    seen.disconnect();
    sized.disconnect();
  };
}
