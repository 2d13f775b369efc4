import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

type Charts = typeof import('./charts.js');
const loaded = signal<Charts | undefined>(undefined);

/** The library of charts, which comes with the first of them: for what they say in words. */
export function useCharts(): Charts | undefined {
  useEffect(() => {
    void import('./charts.js').then((charts) => {
      loaded.value = charts;
    });
  }, []);
  return loaded.value;
}
