/** The notebook that is open: its cells, what they show, and what a reader does to it. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Cell, Mode, Notebook } from '../../notebook/format.js';
import { parseNotebook, serialiseNotebook } from '../../notebook/format.js';
import { readNotebook } from '../../notebook/read-notebook.js';
import type { CellState } from '../../notebook/session.js';
import { CellStates } from './cell-states.js';
import { Definitions } from './definitions.js';
import { EditedCells } from './edited-cells.js';
import type { Given } from './engine/protocol.js';
import { Runner, type Started } from './engine/runner.js';
import { fileOf, textOf } from './files.js';
import { Inputs } from './inputs.js';
import { Keeper, type Kept, type Origin } from './keeper.js';
import { keyOf, readKept } from './kept-text.js';
import type { Store } from './store.js';

export interface Where {
  /** The text of our own notebook, and the name of its file. */
  builtIn: string;
  name: string;
  /** Undefined where nothing is kept. */
  store?: Store;
  /** Makes the worker that runs the cells. */
  start(onLost: (reason: string) => void): Started;
  /** Resolves after a tenth of a second or so. */
  beat?(): Promise<void>;
  /** Whether no cell can reach another server, as far as the page's own says. */
  isGuarded?(): Promise<boolean>;
}

/** Opens what was open last, or else our own. */
export async function openNotebook(where: Where): Promise<OpenNotebook> {
  const notebook = new OpenNotebook(where);
  await notebook.openLast();
  return notebook;
}

const BUILT_IN = 'built-in';

export class OpenNotebook {
  readonly title: Signal<string> = signal('');
  readonly origin: Signal<Origin> = signal(BUILT_IN);
  /** Whether its code may run: true for our own; false for one from a file or link until `allow()`. */
  readonly allowed: Signal<boolean> = signal(true);
  /** Whether a cell that runs could send what it finds to another server. */
  readonly unguarded: Signal<boolean> = signal(false);
  /** What cannot be done, or has happened, in words. A view says it, and empties it once it is read. */
  readonly problem: Signal<string | undefined> = signal(undefined);
  /** The list of names in place of the built-in one; undefined: that. */
  readonly namesSource: Signal<string | undefined> = signal(undefined);
  /** Whether a cell may take the lecture's 200,000 steps: `given.long`. */
  readonly long: Signal<boolean> = signal(false);
  readonly #where: Where;
  readonly #states = new CellStates();
  readonly #edited = new EditedCells(() => this.#changed());
  readonly #keeper: Keeper;
  readonly #runner: Runner;
  readonly #busy = signal(0);
  readonly #inputs = new Inputs((id, name, value) => this.#input(id, name, value));
  readonly #definitions = new Definitions((cells) => this.#runner.names(cells));
  #given: Given = { long: false };
  #opened: Notebook = { title: '', theme: 'air', cells: [] };
  #name = '';
  /** Our own, where the one that was kept stands on an earlier one. */
  #newer: Notebook | undefined;

  readonly cells: ReadonlySignal<readonly Cell[]> = this.#edited.cells;
  readonly canUndo: ReadonlySignal<boolean> = this.#edited.canUndo;
  readonly canRedo: ReadonlySignal<boolean> = this.#edited.canRedo;
  readonly running: ReadonlySignal<boolean> = computed(
    () => this.#busy.value > 0 || this.#states.running.value > 0,
  );
  /** Whether another tab has changed the same notebook: what is done here is not kept until `keepMine` or `takeOther`. */
  readonly conflict: ReadonlySignal<boolean>;

  /** Use `openNotebook`. */
  constructor(where: Where) {
    this.#where = where;
    this.#keeper = new Keeper(where.store, (reason) => {
      this.problem.value = `What you change is not kept in this browser: ${reason}`;
    });
    this.conflict = this.#keeper.conflict;
    this.#runner = new Runner({
      start: where.start,
      onChanges: (changes) => this.#states.take(changes, this.#cellOf),
      onLost: (reason) => {
        this.#states.lose(reason);
        this.problem.value = `The cells’ values are gone: ${reason}. Sources and outputs are as they were.`;
      },
      beat: where.beat ?? (() => new Promise((resolve) => setTimeout(resolve, 100))),
    });
  }

  /** Of a cell: a signal of its own, so that one cell's progress redraws nothing else. */
  readonly states = (id: number): ReadonlySignal<CellState> => this.#states.of(id);

  /** Whether a cell differs from the notebook as it was opened. */
  isChanged(id: number): boolean {
    return this.#edited.isChanged(id);
  }

  /** Does not run: the cell is idle, and shows what it showed. Edits of one cell are undone together. */
  edit(id: number, source: string): void {
    this.#edited.edit(id, source);
  }

  /** Returns the new cell's id. RangeError for a place that is none. */
  insert(at: number, mode: Mode): number {
    return this.#edited.insert(at, mode);
  }

  remove(id: number): void {
    this.#edited.remove(id);
  }

  move(id: number, by: -1 | 1): void {
    this.#edited.move(id, by);
  }

  setMode(id: number, mode: Mode): void {
    this.#edited.setMode(id, mode);
  }

  undo(): void {
    this.#edited.undo();
  }

  redo(): void {
    this.#edited.redo();
  }

  /** The cell as it was when the notebook was opened. */
  reset(id: number): void {
    this.#edited.reset(id);
  }

  /** The notebook as it was opened; our own as it is today. */
  resetAll(): void {
    if (this.#newer !== undefined) {
      this.#opened = this.#newer;
      this.title.value = this.#newer.title;
      this.#edited.rebase(this.#newer);
      this.#newer = undefined;
    }
    this.#edited.resetAll();
  }

  /** Puts a slider of a cell somewhere: what needs it runs anew. A cell that is idle is run first. */
  setInput(id: number, name: string, value: number): void {
    if (this.allowed.peek()) this.#inputs.set(id, name, value);
  }

  async #input(id: number, name: string, value: number): Promise<void> {
    if (this.states(id).peek().status === 'idle') await this.run([id]);
    await this.#worked(() => this.#runner.setInput(id, name, value));
  }

  /**
   * Runs these cells of code, or all, with what they need; and what was run before and changed since. Resolves once they are
   * done, have failed or were stopped; at once where the notebook is not allowed to run.
   */
  async run(only?: readonly number[]): Promise<void> {
    if (!this.allowed.peek()) return;
    this.#edited.endEdit();
    const cells = this.cells.peek();
    const code = cells.filter(({ id, mode }) => mode !== 'md' && (only?.includes(id) ?? true));
    this.#states.sent(cells);
    const ids = code.map(({ id }) => id);
    await this.#worked(() => this.#runner.run(cells, ids));
  }

  async #worked(work: () => Promise<void>): Promise<void> {
    this.#busy.value++;
    try {
      await work();
    } catch (error) {
      this.problem.value = (error as Error).message;
    } finally {
      this.#busy.value--;
    }
  }

  /** Asks what runs to stop. What does not listen is ended, and the values with it: `problem` says so. */
  stop(): Promise<void> {
    return this.#runner.stop();
  }

  /** Lets the code of a notebook from a file or a link run. */
  allow(): void {
    this.allowed.value = true;
    this.#keep();
  }

  /** The file of the notebook as it is now. */
  download(kind: 'html' | 'ipynb'): { name: string; text: string } {
    return fileOf(this.#now, this.#name, kind);
  }

  /** Opens a notebook; nothing of it runs. NotebookError, with the place, for what is none: all stays as it was then. */
  async openFile(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<void> {
    await this.openText(await textOf(file), file.name, 'file');
  }

  /** The same of a text. */
  async openText(text: string, name: string, origin: 'file' | 'link'): Promise<void> {
    const opened = readNotebook(text, name);
    this.problem.value = undefined;
    const kept = await this.#keeper.open(keyOf(origin, name, text));
    const isSame = kept?.opened === serialiseNotebook(opened);
    this.#open({ opened, name, origin, allowed: false }, isSame ? kept : undefined);
    // The next visit begins with it.
    if (!isSame) this.#keep();
  }

  /** Code of others is to run here, perhaps. A server that does not answer is none that guards. */
  async #askGuard(): Promise<void> {
    const { isGuarded } = this.#where;
    if (isGuarded !== undefined) this.unguarded.value = !(await isGuarded().catch(() => false));
  }

  /** Opens our own, with what the reader did to it. */
  async openBuiltIn(): Promise<void> {
    const { builtIn, name } = this.#where;
    const opened = parseNotebook(builtIn, name);
    const kept = await this.#keeper.open(BUILT_IN);
    this.#open({ opened, name, origin: BUILT_IN, allowed: true }, kept);
  }

  /** Opens what was open last, or else our own. */
  async openLast(): Promise<void> {
    const key = await this.#keeper.lastKey();
    if (key !== undefined && key !== BUILT_IN) {
      const kept = await this.#keeper.open(key);
      const opened = kept && readKept(kept.opened, kept.name);
      if (kept !== undefined && opened !== undefined)
        return this.#open({ opened, name: kept.name, origin: kept.origin, allowed: false }, kept);
    }
    await this.openBuiltIn();
  }

  /** After a conflict: what is here takes the place of what the other tab keeps. */
  async keepMine(): Promise<void> {
    await this.#keeper.keepMine(this.#kept);
  }

  /** After a conflict: opens what the other tab keeps. What was here cannot be undone to. */
  takeOther(): Promise<void> {
    return this.openLast();
  }

  /** A list of names for `given.names`; undefined: the built-in one. All values are let go. NamesError for what is none. */
  async openNames(file: Pick<File, 'name' | 'arrayBuffer'> | undefined): Promise<void> {
    const names = file && { bytes: new Uint8Array(await file.arrayBuffer()), source: file.name };
    await this.#begin({ long: this.#given.long, ...(names && { names }) });
    this.namesSource.value = file?.name;
  }

  /** Whether a cell may take the lecture's 200,000 steps. All values are let go. */
  async setLong(long: boolean): Promise<void> {
    await this.#begin({ ...this.#given, long });
    this.long.value = long;
  }

  /** Names that cells define, and the cell of each, for completion. */
  namesIn(): ReadonlyMap<string, number> {
    return this.#definitions.names.value;
  }

  /** Resolves once all that was done is kept. */
  settled(): Promise<void> {
    return this.#keeper.settled();
  }

  dispose(): void {
    this.#runner.dispose();
  }

  async #begin(given: Given): Promise<void> {
    await this.#runner.begin(given);
    this.#given = given;
    this.#states.forget();
  }

  #open(fresh: { opened: Notebook; name: string; origin: Origin; allowed: boolean }, kept: Kept | undefined) {
    const now = kept && readKept(kept.now, kept.name);
    const before = kept && readKept(kept.opened, kept.name);
    // Our own has changed since the reader changed it.
    const isOlder = fresh.origin === BUILT_IN && kept && kept.opened !== serialiseNotebook(fresh.opened);
    const opened = isOlder && before && kept.now !== kept.opened ? before : fresh.opened;
    this.#runner.dispose();
    batch(() => {
      this.#opened = opened;
      this.#newer = opened === fresh.opened ? undefined : fresh.opened;
      this.#name = fresh.name;
      this.title.value = opened.title;
      this.origin.value = fresh.origin;
      this.allowed.value = fresh.allowed || kept?.allowed === true;
      if (this.#newer !== undefined)
        this.problem.value =
          'This notebook has changed since you changed it: to reset all of it brings the new one.';
      this.#states.clear();
      this.#edited.open(opened, isOlder && opened === fresh.opened ? opened : (now ?? opened));
    });
    this.#definitions.ask(this.cells.peek());
    if (fresh.origin !== BUILT_IN) void this.#askGuard();
  }

  get #now(): Notebook {
    return { ...this.#opened, cells: [...this.cells.peek()] };
  }

  get #kept(): Kept {
    return {
      origin: this.origin.peek(),
      name: this.#name,
      allowed: this.allowed.peek(),
      opened: serialiseNotebook(this.#opened),
      now: serialiseNotebook(this.#now),
    };
  }

  readonly #cellOf = (id: number): Cell | undefined => this.cells.peek().find((cell) => cell.id === id);

  #changed(): void {
    this.#states.follow(this.cells.peek());
    this.#keep();
    this.#definitions.ask(this.cells.peek());
  }

  #keep(): void {
    this.#keeper.keep(this.#kept);
  }
}
