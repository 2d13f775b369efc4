import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useNotebook } from './context.js';
import { anchorOf, hashOf } from './view-state.js';

interface Entry {
  id: number;
  title: string;
  level: number;
}

/** The lecture's sections and exercises, as links; on wide screens beside the cells. */
export function Contents() {
  const { notebook, view } = useNotebook();
  const entries = useComputed(() =>
    notebook.cells.value.flatMap(({ id, mode, source }): Entry[] => {
      const heading = mode === 'md' ? /^(#{2,3}) +(.+)$/m.exec(source) : null;
      if (heading === null) return [];
      return [{ id, title: heading[2].replace(/[*_`]/g, ''), level: heading[1].length }];
    }),
  );
  const current = useSignal<number | undefined>(undefined);
  const place = useRef<HTMLElement>(null);
  const list = entries.value;
  useSignalEffect(() => {
    current.value;
    // Once it is drawn: where one is stays in sight, in a list that is longer than the window.
    requestAnimationFrame(() => {
      const [nav, link] = [place.current, place.current?.querySelector<HTMLElement>('[aria-current]')];
      if (!nav || !link) return;
      const { top, bottom } = nav.getBoundingClientRect();
      const at = link.getBoundingClientRect();
      if (at.top < top || at.bottom > bottom) nav.scrollTop += at.top - (top + bottom) / 2;
    });
  });
  useEffect(() => {
    const follow = () => {
      const above = list.filter(
        ({ id }) => (document.getElementById(anchorOf(id))?.getBoundingClientRect().top ?? 1e9) < 200,
      );
      current.value = above.at(-1)?.id;
    };
    follow();
    addEventListener('scroll', follow, { passive: true });
    return () => removeEventListener('scroll', follow);
  }, [list, current]);
  if (list.length === 0) return null;
  return (
    <nav ref={place} class="notebook-contents" aria-label="Contents">
      <ol>
        {list.map(({ id, title, level }) => (
          <li key={id} class={level === 3 ? 'sub' : undefined}>
            <a
              href={hashOf(id)}
              aria-current={current.value === id ? 'location' : undefined}
              onClick={() => {
                view.active.value = id;
              }}
            >
              {title}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
