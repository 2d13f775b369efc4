import { useEffect } from 'preact/hooks';
import type { PageState } from '../session/page-state.js';
import type { Session } from '../session/session.js';
import { REVEAL } from '../view/highlight.js';
import { nextPanel } from './panels.js';
import { Meters } from './top-bar.js';
import { PlayButton } from './transport.js';

/** Fills the screen with the panel that is to be projected, and has a line at its foot that leads on. */
export function Projector({ session, page }: { session: Session; page: PageState }) {
  const { projected } = page;
  const id = projected.value;
  useEffect(() => {
    if (id === undefined) return;
    const panel = document.getElementById(id);
    if (panel === null) {
      projected.value = undefined;
      return;
    }
    const [back, focus] = [scrollY, document.activeElement];
    panel.dispatchEvent(new Event(REVEAL, { bubbles: true }));
    panel.classList.add('projected');
    document.documentElement.classList.add('projecting');
    panel.scrollTop = 0;
    return () => {
      panel.classList.remove('projected');
      document.documentElement.classList.remove('projecting');
      scrollTo({ top: back, behavior: 'instant' });
      if (focus instanceof HTMLElement) focus.focus({ preventScroll: true });
    };
  }, [id, projected]);
  useFullScreen(page);
  if (id === undefined) return null;
  const title = document.getElementById(id)?.querySelector('h2')?.textContent ?? '';
  return (
    <div class="projector-foot" role="toolbar" aria-label="Projector">
      <button type="button" aria-label="Panel before" onClick={() => go(page, -1)}>
        ‹
      </button>
      <b>{title}</b>
      <button type="button" aria-label="Next panel" onClick={() => go(page, 1)}>
        ›
      </button>
      <PlayButton session={session} />
      <Meters session={session} />
      <button
        type="button"
        onClick={() => {
          projected.value = undefined;
        }}
      >
        Back to the page
      </button>
    </div>
  );
}

function go({ projected }: PageState, by: number): void {
  const { value } = projected;
  if (value !== undefined) projected.value = nextPanel(value, by);
}

/** The whole screen where the browser gives it; who leaves that leaves the panel. */
function useFullScreen({ projected }: PageState): void {
  const on = projected.value !== undefined;
  useEffect(() => {
    if (!on) return;
    const root = document.documentElement;
    // Not every browser has it, nor gives it.
    root.requestFullscreen?.().catch(() => {});
    const left = () => {
      if (document.fullscreenElement === null) projected.value = undefined;
    };
    document.addEventListener('fullscreenchange', left);
    return () => {
      document.removeEventListener('fullscreenchange', left);
      if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => {});
    };
  }, [on, projected]);
}
