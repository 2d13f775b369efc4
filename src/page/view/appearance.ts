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

/** What the address asks for, whatever the browser has. */
export const theme = signal<'light' | 'dark' | undefined>(undefined);

/** On paper: always light. */
export const printing = signal(false);

export const scheme: ReadonlySignal<'light' | 'dark'> = computed(() =>
  printing.value ? 'light' : (theme.value ?? (darkness.value ? 'dark' : 'light')),
);
export const still: ReadonlySignal<boolean> = matches('(prefers-reduced-motion: reduce)');
