import type { Cell } from './format.js';
import { type CellProgram, readProgram } from './program.js';
import { CellSyntaxError, type Place } from './strip-types.js';

/** What is wrong with a cell before it runs. */
export interface Problem {
  message: string;
  /** Where it stands in the source, if it is at one place. */
  place?: Place;
}

/** A cell of code among the others. */
export interface GraphCell {
  id: number;
  /** Whether the value of an expression is left unshown. */
  hidden: boolean;
  /** Undefined where the source cannot be read. */
  program: CellProgram | undefined;
  /** Names that come from other cells or from the notebook: what the cell's function takes. */
  inputs: string[];
  /** Cells that define them. */
  needs: number[];
  problem: Problem | undefined;
}

/** Which cells of code need which, whatever order they stand in. */
export class Graph {
  readonly cells: ReadonlyMap<number, GraphCell>;

  /**
   * @param given names that the notebook has for every cell
   * @param isGlobal whether a name is there without any cell, such as `Math`
   */
  constructor(cells: readonly Cell[], given: ReadonlySet<string>, isGlobal: (name: string) => boolean) {
    const made = new Map<number, GraphCell>();
    for (const { id, mode, source, hidden } of cells) {
      if (mode === 'md') continue;
      const cell: GraphCell = { id, hidden, program: undefined, inputs: [], needs: [], problem: undefined };
      try {
        cell.program = readOnce(source);
      } catch (error) {
        if (!(error instanceof CellSyntaxError)) throw error;
        cell.problem = { message: error.message, place: error.place };
      }
      made.set(id, cell);
    }
    this.cells = made;
    const owners = new Map<string, number[]>();
    for (const { id, program } of made.values())
      for (const name of program?.definitions ?? []) owners.set(name, [...(owners.get(name) ?? []), id]);
    for (const cell of made.values()) this.#link(cell, owners, given, isGlobal);
    this.#findCycles();
  }

  #link(
    cell: GraphCell,
    owners: ReadonlyMap<string, number[]>,
    given: ReadonlySet<string>,
    isGlobal: (name: string) => boolean,
  ): void {
    const { program } = cell;
    if (program === undefined) return;
    const wrong = (message: string) => {
      cell.problem ??= { message };
    };
    for (const name of program.definitions) {
      const others = owners.get(name)?.filter((id) => id !== cell.id) ?? [];
      if (others.length > 0)
        wrong(`expected one cell to define '${name}', got ${cellsText([...others, cell.id])}`);
      if (given.has(name))
        wrong(`expected a name of its own, got '${name}', which the notebook gives every cell`);
    }
    for (const name of program.references) {
      const from = owners.get(name) ?? [];
      if (given.has(name)) cell.inputs.push(name);
      else if (from.length === 1) {
        cell.inputs.push(name);
        cell.needs.push(from[0]);
      } else if (from.length > 1) wrong(`expected one cell to define '${name}', got ${cellsText(from)}`);
      else if (!isGlobal(name)) {
        const unread = [...this.cells.values()].filter(({ program }) => program === undefined);
        const where =
          unread.length === 0
            ? ', in this cell or another'
            : `, or in ${cellsText(unread.map(({ id }) => id))}, which cannot be read`;
        wrong(`'${name}' is not defined${where}`);
      }
    }
    cell.needs = [...new Set(cell.needs)];
    for (const name of program.assignments)
      if (owners.has(name) || given.has(name))
        wrong(
          `expected '${name}' to be set where it is defined, ${given.has(name) ? 'in the notebook' : cellsText(owners.get(name) ?? [])}, got an assignment`,
        );
  }

  /** A cell that needs itself by way of others can never run, nor can what needs it. */
  #findCycles(): void {
    for (const cell of this.cells.values()) {
      const path = this.#pathTo(cell.id, cell.needs);
      if (path === undefined) continue;
      cell.problem ??= { message: `cells need each other in a circle: ${[cell.id, ...path].join(' → ')}` };
    }
  }

  /** From one of the cells to the goal, along what they need. */
  #pathTo(goal: number, from: readonly number[], seen = new Set<number>()): number[] | undefined {
    for (const id of from) {
      if (id === goal) return [id];
      if (seen.has(id)) continue;
      seen.add(id);
      const rest = this.#pathTo(goal, this.cells.get(id)?.needs ?? [], seen);
      if (rest !== undefined) return [id, ...rest];
    }
    return undefined;
  }

  /** The cells that need one of these, themselves or through others; and these. */
  dependants(ids: Iterable<number>): Set<number> {
    const found = new Set(ids);
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const { id, needs } of this.cells.values())
        if (needs.some((each) => found.has(each))) found.add(id);
    }
    return found;
  }

  /** The cells that these need, themselves or through others; and these. */
  needed(ids: Iterable<number>): Set<number> {
    const found = new Set(ids);
    // A set goes on over what is added while it is gone through.
    for (const id of found) for (const need of this.cells.get(id)?.needs ?? []) found.add(need);
    return found;
  }
}

const cellsText = (ids: readonly number[]): string => {
  const sorted = [...ids].sort((a, b) => a - b);
  return `${ids.length === 1 ? 'cell' : 'cells'} ${sorted.join(' and ')}`;
};

/** Sources that were read: an edit changes one cell of many. */
const read = new Map<string, CellProgram>();
const MOST_READ = 500;

function readOnce(source: string): CellProgram {
  let program = read.get(source);
  if (program === undefined) {
    program = readProgram(source);
    if (read.size >= MOST_READ) read.clear();
    read.set(source, program);
  }
  return program;
}
