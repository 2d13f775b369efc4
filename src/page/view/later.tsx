import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../session.js';

type Component = (props: { session: Session }) => ComponentChildren;

/** A part of the page whose code is loaded when its place comes near the window. */
export function Later({ load, session }: { load: () => Promise<Component>; session: Session }) {
  const place = useRef<HTMLDivElement>(null);
  const [part, setPart] = useState<{ Component: Component }>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const seen = new IntersectionObserver(
      ([entry]) => {
        if (!entry.isIntersecting) return;
        seen.disconnect();
        load().then(
          (Component) => setPart({ Component }),
          () => setFailed(true),
        );
      },
      { rootMargin: '400px' },
    );
    seen.observe(element);
    return () => seen.disconnect();
  }, [load]);
  if (part !== undefined) return <part.Component session={session} />;
  return (
    <div ref={place} class="instrument wide empty">
      {failed ? 'This part could not be loaded; reload the page to try again.' : 'Loading…'}
    </div>
  );
}
