import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** What may be wider than the page; where it is, the arrow keys move it. */
export function Scrolling({ label, children }: { label: string; children: ComponentChildren }) {
  const place = useRef<HTMLDivElement>(null);
  const wide = useSignal(false);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      wide.value = element.scrollWidth > element.clientWidth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [wide]);
  return (
    <div
      ref={place}
      class="scroll"
      {...(wide.value && { tabIndex: 0, role: 'region', 'aria-label': `Table: ${label}` })}
    >
      {children}
    </div>
  );
}
