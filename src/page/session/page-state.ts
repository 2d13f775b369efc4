/** What of the page is shown, beside the runs. */
import { signal } from '@preact/signals';
import { type Place, type View, writePlace } from '../settings/place.js';

export class PageState {
  readonly view = signal<View>('free');
  /** The panel that fills the screen, by its id. */
  readonly projected = signal<string | undefined>(undefined);
  /** The panel that is all of the page, as in an iframe of another. */
  readonly embedded: string | undefined;
  readonly theme: Place['theme'];

  constructor({ view, embed, theme }: Place) {
    this.view.value = view;
    this.embedded = embed;
    this.theme = theme;
  }

  /** Of what is shown, with runs as `writeAddress` writes them; `whole`: of the page around what is embedded. */
  addressOf(runs: string, lesson: string | undefined, whole = this.embedded === undefined): string {
    const place = { view: this.view.value, lesson };
    return writePlace(whole ? place : { ...place, embed: this.embedded, theme: this.theme }, runs);
  }
}
