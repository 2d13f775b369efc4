import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../session.js';
import { useSeen } from '../view/use-seen.js';

type Component = (props: { session: Session }) => ComponentChildren;

/** A part of the page whose code is loaded when its place comes near the window. */
export function LazyPart({ load, session }: { load: () => Promise<Component>; session: Session }) {
  const place = useRef<HTMLDivElement>(null);
  const near = useSeen(place, 400);
  const [part, setPart] = useState<{ Component: Component }>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!near) return;
    load().then(
      (Component) => setPart({ Component }),
      () => setFailed(true),
    );
  }, [load, near]);
  if (part !== undefined) return <part.Component session={session} />;
  return (
    <div ref={place} class="instrument wide empty">
      {failed ? 'This part could not be loaded; reload the page to try again.' : 'Loading…'}
    </div>
  );
}
