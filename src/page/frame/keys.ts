import { useEffect } from 'preact/hooks';
import type { PageState } from '../session/page-state.js';
import type { Session } from '../session/session.js';
import { firstPanel, nextPanel } from './panels.js';

/**
 * Space plays and pauses, the right arrow makes a step, R starts over, F fills the screen with a panel, in which the arrows
 * lead to the next one and Escape back: wherever no control has the keys for itself.
 */
export function useKeys(session: Session, page: PageState) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event;
      if (ctrlKey || metaKey || altKey || event.defaultPrevented) return;
      const { projected } = page;
      if (key === 'Escape' && projected.peek() !== undefined) {
        projected.value = undefined;
        return;
      }
      const control =
        target instanceof Element ? target.closest('input, select, textarea, button, summary, a') : null;
      // A button has the space bar and the return key for itself, and no other.
      const takes = control?.matches('button, summary, a') ? [' ', 'Enter'].includes(key) : control !== null;
      if (takes) return;
      const act = actOf(key, session, page);
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [session, page]);
}

function actOf(key: string, session: Session, { projected }: PageState): (() => void) | undefined {
  const shown = projected.peek();
  const lower = key.length === 1 ? key.toLowerCase() : key;
  if (lower === 'f')
    return () => {
      projected.value = shown === undefined ? firstPanel() : undefined;
    };
  if (shown !== undefined && (lower === 'ArrowRight' || lower === 'ArrowLeft'))
    return () => {
      projected.value = nextPanel(shown, lower === 'ArrowRight' ? 1 : -1);
    };
  if (session.busy.peek() !== undefined) return undefined;
  return {
    ' ': () => void (session.playing.peek() ? session.pause() : session.play()),
    ArrowRight: () => void session.step(),
    r: () => void session.startOver(),
  }[lower];
}
