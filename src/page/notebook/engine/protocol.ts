/** What the notebook's page and its worker say to each other. All of it can be cloned. */
import type { Cell } from '../../../notebook/format.js';
import type { CellState } from '../../../notebook/session.js';

/** What the cells find in `given`. */
export interface Given {
  /** A list of names in place of the built-in one. */
  names?: { bytes: Uint8Array; source: string };
  /** Whether a cell may take the lecture's 200,000 steps. */
  long: boolean;
}

/** A cell's newest state. */
export type Change = readonly [id: number, state: CellState];

/** A notebook that runs: see `Session`, which does. */
export interface NotebookEngine {
  /** Comes first, and once: what the cells are given, and who is told of their states. Errors: NamesError for what is no list of names. */
  begin(given: Given, onChanges: (changes: readonly Change[]) => void): Promise<void>;
  /** Takes up the cells as they are now and runs these. Resolves once they are done or have failed. */
  run(cells: readonly Cell[], ids: readonly number[]): Promise<void>;
  /** Takes up where the reader has put a slider. Resolves once what needs it is done. Errors: RangeError for none there. */
  setInput(id: number, name: string, value: number): Promise<void>;
  /** Ends what runs, at its next `progress`. */
  stop(): Promise<void>;
  /** Answers, unless a cell holds the worker. */
  ping(): Promise<void>;
  /** Names that the cells define, and the cell of each; nothing runs. */
  names(cells: readonly Cell[]): Promise<ReadonlyMap<string, number>>;
}
