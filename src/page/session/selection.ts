/** What of the network is pointed at: all instruments speak of it. */
import { signal } from '@preact/signals';

interface Selected {
  /** Place of a layer as in a snapshot. */
  place?: string;
  /** Of the layer. */
  unit?: number;
  /** Index of a character in the vocabulary. */
  token?: number;
}

export class Selection {
  readonly selected = signal<Selected>({});
  select(selected: Selected): void {
    this.selected.value = selected;
  }
}
