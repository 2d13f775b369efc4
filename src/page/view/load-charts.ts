import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { task } from './painter.js';

export type Charts = typeof import('./charts.js');

let loading: Promise<Charts> | undefined;
const loaded = signal<Charts | undefined>(undefined);

/** The charts' library comes after the page's first paint, and is ready before the task in which it is first used. */
export function loadCharts(): Promise<Charts> {
  loading ??= task()
    .then(() => import('./charts.js'))
    .then(async (library) => {
      await task();
      loaded.value = library;
      return library;
    });
  return loading;
}

/** The library once it is there: for what it says in words. */
export function useCharts(): Charts | undefined {
  useEffect(() => {
    // The charts themselves say that they could not be loaded.
    loadCharts().catch(() => {});
  }, []);
  return loaded.value;
}
