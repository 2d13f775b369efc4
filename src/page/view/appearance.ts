/** Light or dark, wide or narrow: how the charts are drawn. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';

function matches(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const value = signal(list.matches);
  list.addEventListener('change', () => {
    value.value = list.matches;
  });
  return value;
}

const darkness = matches('(prefers-color-scheme: dark)');

/** On paper: always light. */
export const printing = signal(false);

export const scheme: ReadonlySignal<'light' | 'dark'> = computed(() =>
  darkness.value && !printing.value ? 'dark' : 'light',
);
export const still: ReadonlySignal<boolean> = matches('(prefers-reduced-motion: reduce)');
