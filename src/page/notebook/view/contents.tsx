import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
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
  const list = entries.value;
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
    <nav class="notebook-contents" aria-label="Contents">
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
