import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Mode } from '../../../notebook/format.js';
import type { Place } from '../../../notebook/strip-types.js';
import type { OpenNotebook } from '../open-notebook.js';
import { editorModule } from './load-editor.js';

/** A place in a source: an offset from 0, or line and column from 1. */
export type Caret = number | Place;

/** Milliseconds that what was done is said. */
const SAID = 6000;

/** Where a reader is in the notebook: the cell that is active, whether its source is being edited, what was last done. */
export class ViewState {
  /** By its number; keys go to it. */
  readonly active = signal(0);
  /** Whose source is in an editor that has the focus. */
  readonly editing = signal<number | undefined>(undefined);
  /** How often an editor was opened: also where a cell is edited already the caret goes to another place. */
  readonly opened = signal(0);
  /** What was done, for a moment, and for those who do not see it. */
  readonly #said = signal('');
  readonly said: ReadonlySignal<string> = this.#said;
  #silence: ReturnType<typeof setTimeout> | undefined;
  /** Of each cell of code those that define what it uses; empty until the editor is loaded, which reads sources. */
  readonly needs: ReadonlySignal<ReadonlyMap<number, readonly number[]>>;
  /** Where in its source the editor begins that is about to open. */
  caret: Caret | undefined;
  readonly #notebook: OpenNotebook;

  constructor(notebook: OpenNotebook) {
    this.#notebook = notebook;
    this.active.value = notebook.cells.peek()[0]?.id ?? 0;
    this.needs = computed(() => editorModule.value?.needsOf(notebook.cells.value) ?? new Map());
  }

  /** Says what was done, for a while. */
  say(words: string): void {
    clearTimeout(this.#silence);
    this.#said.value = words;
    this.#silence = setTimeout(() => {
      this.#said.value = '';
    }, SAID);
  }

  /** Makes a cell the active one, and gives it the focus once it is drawn. */
  go(id: number): void {
    this.editing.value = undefined;
    this.active.value = id;
    requestAnimationFrame(() => {
      // The reader has gone on meanwhile.
      if (this.active.peek() !== id || this.editing.peek() !== undefined) return;
      const element = document.getElementById(anchorOf(id));
      element?.focus({ preventScroll: true });
      element?.scrollIntoView({ block: 'nearest' });
    });
  }

  /** Goes up or down by one cell. */
  step(by: -1 | 1): void {
    const next = this.#notebook.cells.peek()[this.#place() + by];
    if (next !== undefined) this.go(next.id);
  }

  /** @param caret default: the end of its source */
  edit(id: number, caret?: Caret): void {
    this.caret = caret;
    this.active.value = id;
    this.editing.value = id;
    this.opened.value++;
  }

  /** Runs a cell of code, as far as the notebook may run; a text is shown as it reads. */
  run(id: number): void {
    const cell = this.#notebook.cells.peek().find((each) => each.id === id);
    if (cell === undefined || cell.mode === 'md') return;
    if (!this.#notebook.allowed.peek()) this.say('Nothing runs until you allow the notebook’s code.');
    else void this.#notebook.run([id]);
  }

  /** Runs a cell and goes on to the next one; below the last there is a new one then. */
  runAndGoOn(id: number): void {
    this.run(id);
    this.active.value = id;
    const at = this.#place();
    if (at === this.#notebook.cells.peek().length - 1) this.add(1, 'ts');
    else this.step(1);
  }

  /** A new cell above or below the active one, which is edited at once. */
  add(below: 0 | 1, mode: Mode): void {
    const id = this.#notebook.insert(Math.max(0, this.#place()) + below, mode);
    this.edit(id);
    this.say(`Added cell ${id}.`);
  }

  remove(id: number): void {
    const cells = this.#notebook.cells.peek();
    const at = cells.findIndex((each) => each.id === id);
    const next = cells[at + 1] ?? cells[at - 1];
    this.#notebook.remove(id);
    this.say(`Deleted cell ${id}. Undo brings it back.`);
    if (next !== undefined) this.go(next.id);
  }

  move(id: number, by: -1 | 1): void {
    const at = this.#notebook.cells.peek().findIndex((each) => each.id === id) + by;
    if (at < 0 || at >= this.#notebook.cells.peek().length) return;
    this.#notebook.move(id, by);
    this.say(`Moved cell ${id} ${by < 0 ? 'up' : 'down'}.`);
    this.go(id);
  }

  /** A cell that this one needs, itself or through others, and that was changed since it ran; undefined where none was. */
  changedBefore(id: number): number | undefined {
    const needs = this.needs.value;
    const asked = new Set(needs.get(id));
    // A set goes on over what is added while it is gone through.
    for (const each of asked) {
      if (this.#notebook.states(each).value.status === 'idle') return each;
      for (const need of needs.get(each) ?? []) asked.add(need);
    }
    return undefined;
  }

  #place(): number {
    return this.#notebook.cells.peek().findIndex(({ id }) => id === this.active.peek());
  }
}

/** The `id` of a cell's element. */
export const anchorOf = (id: number): string => `cell-${id}`;

/** A cell as the address names it: see `readLink`. */
export const hashOf = (id: number): string => `#cell=${id}`;
