import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** What opens below a button, and closes with Esc, when something in it was pressed, or when the focus leaves it. */
export function Menu({ title, children }: { title: string; children: ComponentChildren }) {
  const isOpen = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const gone = new AbortController();
    const { signal } = gone;
    const close = () => {
      isOpen.value = false;
    };
    addEventListener('pointerdown', ({ target }) => element.contains(target as Node) || close(), { signal });
    element.addEventListener(
      'focusout',
      ({ relatedTarget }) => relatedTarget === null || element.contains(relatedTarget as Node) || close(),
      { signal },
    );
    element.addEventListener(
      'keydown',
      ({ key }) => {
        if (key !== 'Escape' || !isOpen.peek()) return;
        close();
        element.querySelector('button')?.focus();
      },
      { signal },
    );
    element.addEventListener(
      'click',
      ({ target }) => {
        if ((target as Element).closest('.menu-body button') !== null) close();
      },
      { signal },
    );
    return () => gone.abort();
  }, [isOpen]);
  return (
    <div ref={place} class="menu">
      <button
        type="button"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {title} <span aria-hidden="true">▾</span>
      </button>
      {isOpen.value && <div class="menu-body">{children}</div>}
    </div>
  );
}
