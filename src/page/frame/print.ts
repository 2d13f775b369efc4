import { effect } from '@preact/signals';
import { printing, scheme } from '../view/appearance.js';
import { painter } from '../view/painter.js';

/** Printing the page gives what is open, and every chart, also those further down; in the colours of paper. */
export function preparePrint(): void {
  addEventListener('beforeprint', () => {
    printing.value = true;
    painter.all();
  });
  addEventListener('afterprint', () => {
    printing.value = false;
  });
}

/** Light or dark, all charts change with the page, in one frame with it. */
export function followScheme(): void {
  effect(() => {
    scheme.value;
    // After the charts have noticed.
    queueMicrotask(() => painter.seen());
  });
}
