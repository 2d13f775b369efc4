import { printing } from './look.js';
import { painter } from './painter.js';

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
