/** The cells of a notebook as a reader changes them, and the way back. */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Cell, Mode, Notebook } from '../../notebook/format.js';
import { History } from './history.js';

export class EditedCells {
  readonly #cells = signal<readonly Cell[]>([]);
  readonly #canUndo = signal(false);
  readonly #canRedo = signal(false);
  readonly cells: ReadonlySignal<readonly Cell[]> = this.#cells;
  readonly canUndo: ReadonlySignal<boolean> = this.#canUndo;
  readonly canRedo: ReadonlySignal<boolean> = this.#canRedo;
  readonly #onChange: () => void;
  #history = new History<readonly Cell[]>([]);
  #opened: ReadonlyMap<number, Cell> = new Map();
  #originals: readonly Cell[] = [];
  /** No cell has, or had, a number as high: an undone removal brings an old one back. */
  #next = 1;

  /** @param onChange called after each change by the reader */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Takes up another notebook: as it was opened, and as it is now. What was before cannot be undone. */
  open(opened: Notebook, now: Notebook = opened): void {
    this.#originals = opened.cells;
    this.#opened = new Map(opened.cells.map((cell) => [cell.id, cell]));
    this.#next = Math.max(0, ...[...opened.cells, ...now.cells].map(({ id }) => id)) + 1;
    this.#history = new History<readonly Cell[]>(now.cells);
    this.#show();
  }

  /** What `reset` and `resetAll` bring back from here on. */
  rebase(opened: Notebook): void {
    this.#originals = opened.cells;
    this.#opened = new Map(opened.cells.map((cell) => [cell.id, cell]));
    this.#next = Math.max(this.#next, ...opened.cells.map(({ id }) => id + 1));
  }

  /** Whether a cell differs from the notebook as it was opened. */
  isChanged(id: number): boolean {
    const cell = this.#find(id);
    return cell !== undefined && !sameCell(cell, this.#opened.get(id));
  }

  /** Whether any does, or there are others, or in another order. */
  get areChanged(): boolean {
    const cells = this.#cells.value;
    return (
      cells.length !== this.#originals.length ||
      cells.some((cell, i) => cell.id !== this.#originals[i].id || !sameCell(cell, this.#originals[i]))
    );
  }

  edit(id: number, source: string): void {
    if (this.#find(id)?.source === source) return;
    this.#replace(id, { source }, `edit ${id}`);
  }

  setMode(id: number, mode: Mode): void {
    if (this.#find(id)?.mode !== mode) this.#replace(id, { mode });
  }

  /** Returns the new cell's number. RangeError for a place that is none. */
  insert(at: number, mode: Mode): number {
    const cells = this.#cells.peek();
    if (!Number.isInteger(at) || at < 0 || at > cells.length)
      throw new RangeError(`OpenNotebook.insert: expected a place from 0 to ${cells.length}, got ${at}`);
    const cell: Cell = { id: this.#next++, mode, source: '', pinned: true, hidden: false };
    this.#change([...cells.slice(0, at), cell, ...cells.slice(at)]);
    return cell.id;
  }

  remove(id: number): void {
    const cells = this.#cells.peek();
    if (this.#find(id) !== undefined) this.#change(cells.filter((cell) => cell.id !== id));
  }

  /** One place up or down; nothing at the end. */
  move(id: number, by: -1 | 1): void {
    const cells = [...this.#cells.peek()];
    const from = cells.findIndex((cell) => cell.id === id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= cells.length) return;
    [cells[from], cells[to]] = [cells[to], cells[from]];
    this.#change(cells);
  }

  undo(): void {
    this.#history.undo();
    this.#show();
    this.#onChange();
  }

  redo(): void {
    this.#history.redo();
    this.#show();
    this.#onChange();
  }

  /** A cell of the notebook as it was opened is as it was then; where it stands stays. */
  reset(id: number): void {
    const original = this.#opened.get(id);
    if (original !== undefined && this.isChanged(id)) this.#replace(id, original);
  }

  resetAll(): void {
    if (this.areChanged) this.#change(this.#originals);
  }

  /** The next edit is undone by itself, not together with those before it. */
  endEdit(): void {
    this.#history.endGroup();
  }

  #find(id: number): Cell | undefined {
    return this.#cells.value.find((cell) => cell.id === id);
  }

  #replace(id: number, part: Partial<Cell>, group?: string): void {
    this.#change(
      this.#cells.peek().map((cell) => (cell.id === id ? { ...cell, ...part } : cell)),
      group,
    );
  }

  #change(cells: readonly Cell[], group?: string): void {
    this.#history.change(cells, group);
    this.#show();
    this.#onChange();
  }

  #show(): void {
    batch(() => {
      this.#cells.value = this.#history.present;
      this.#canUndo.value = this.#history.canUndo;
      this.#canRedo.value = this.#history.canRedo;
    });
  }
}

const sameCell = (a: Cell, b: Cell | undefined): boolean => a.mode === b?.mode && a.source === b.source;
