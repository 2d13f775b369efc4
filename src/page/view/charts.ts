import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

type Charts = typeof import('lanewise/charts');
const loaded = signal<Charts | undefined>(undefined);

/** The library of charts, which comes with the first of them: for what they say in words. */
export function useCharts(): Charts | undefined {
  useEffect(() => {
    void import('lanewise/charts').then((charts) => {
      loaded.value = charts;
    });
  }, []);
  return loaded.value;
}
