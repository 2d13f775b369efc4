import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Session } from '../session/session.js';

/** Milliseconds for which words about a run that plays stay as they are. */
const INTERVAL = 1000;

/** What is read from the session, at most once a second while it plays, so that one can read it; at once at rest. */
export function useThrottled<T>(session: Session, read: () => T): ReadonlySignal<T> {
  const throttled = useMemo(() => {
    const now = computed(read);
    return { now, shown: signal(now.peek()) };
  }, [read]);
  useEffect(() => {
    const { now, shown } = throttled;
    let [at, timer]: [number, number | undefined] = [Number.NEGATIVE_INFINITY, undefined];
    const show = () => {
      clearTimeout(timer);
      timer = undefined;
      at = performance.now();
      shown.value = now.peek();
    };
    const stop = effect(() => {
      now.value;
      const wait = session.playing.value ? at + INTERVAL - performance.now() : 0;
      if (wait <= 0) show();
      else timer ??= window.setTimeout(show, wait);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [session, throttled]);
  return throttled.shown;
}
