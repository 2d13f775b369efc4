import { readFile } from 'node:fs/promises';
import { printable } from 'lanewise';
import pc from 'picocolors';
import { errorText } from '../notebook/cell-error.js';
import { type Cell, type Notebook, NotebookError } from '../notebook/format.js';
import { jupyterNotebook } from '../notebook/ipynb.js';
import { readNotebook } from '../notebook/read-notebook.js';
import { type CellState, Session } from '../notebook/session.js';
import { titleOf } from '../notebook/titles.js';
import { reasonOf, UsageError } from './errors.js';
import { expectSplits, readNames } from './files.js';
import { plural } from './format.js';
import type { NotebookOptions } from './notebook.js';
import { nodeHost } from './notebook-host.js';
import { outputLines } from './notebook-output.js';
import { isTerminal, Stages } from './progress.js';
import { Stop } from './stop.js';
import { prepareTargets } from './targets.js';

/** Lists the cells of a notebook, or runs them, or writes it for Jupyter. */
export async function notebook(path: string, { run, long, names, ipynb }: NotebookOptions): Promise<void> {
  const [, , target] = await prepareTargets([
    { option: 'notebook', path, input: true },
    { option: '--names', path: names, input: true },
    { option: '--ipynb', path: ipynb },
  ]);
  const read = await openNotebook(path);
  await target?.write(jupyterNotebook(read));
  if (run) await runNotebook(read, path, { names, long });
  else if (target === undefined) list(read);
}

async function openNotebook(path: string): Promise<Notebook> {
  try {
    return readNotebook(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof NotebookError) throw new UsageError(error.message);
    throw new UsageError(`${path}: expected a notebook, got: ${reasonOf(error)}`);
  }
}

function list({ title, cells }: Notebook): void {
  // Nothing runs: of what cannot be read, the list says so.
  const session = new Session(cells, nodeHost({ names: undefined, long: false }));
  console.log(pc.bold(printable(title)));
  const width = Math.max(0, ...cells.map(({ id }) => String(id).length));
  for (const cell of cells) {
    const { program, problem } = session.graph.cells.get(cell.id) ?? {};
    const what = printable(titleOf(cell, program));
    const start = `${String(cell.id).padStart(width)}  ${cell.mode}`;
    console.log(`${start}  ${what}${problem === undefined ? '' : pc.red(`  ${printable(problem.message)}`)}`);
  }
  session.dispose();
}

async function runNotebook(
  { title, cells }: Notebook,
  path: string,
  { names, long }: { names: string | undefined; long: boolean },
): Promise<void> {
  const given = names === undefined ? undefined : await readNames(names);
  if (given !== undefined) expectSplits(given);
  const stop = new Stop();
  const stages = new Stages(isTerminal());
  const printer = new Printer(cells, path, stages);
  // It says of each cell that it is idle before it is there.
  let live: Session | undefined;
  const onChange = (id: number, state: CellState) => printer.change(live, id, state);
  const session = new Session(cells, { ...nodeHost({ names: given, long }), onChange });
  live = session;
  stop.signal.addEventListener('abort', () => session.stop());
  try {
    console.log(pc.bold(printable(title)));
    await session.run();
    printer.printUpTo(session);
    stages.clear();
    if (stop.requested) {
      if (stop.code !== undefined) {
        console.error(`lanewise: ${stop.word} before the last cell`);
        process.exitCode = stop.code;
      }
      return;
    }
    printer.total();
  } finally {
    stop.dispose();
    session.dispose();
  }
}

/** Prints each cell once it and those above it have run. */
class Printer {
  readonly #cells: readonly Cell[];
  readonly #path: string;
  readonly #stages: Stages;
  #next = 0;
  #agree = 0;
  #compared = 0;
  #failed = 0;
  #open = 0;

  constructor(cells: readonly Cell[], path: string, stages: Stages) {
    this.#cells = cells;
    this.#path = path;
    this.#stages = stages;
  }

  change(session: Session | undefined, id: number, { status, progress }: CellState): void {
    if (session === undefined) return;
    if (status === 'running' && progress) this.#stages.update(`cell ${id}`, progress.done, progress.of);
    if (status === 'done' || status === 'failed') this.printUpTo(session);
  }

  /** The cells from the next one on, to the first that is still to run. */
  printUpTo(session: Session): void {
    for (; this.#next < this.#cells.length; this.#next++) {
      const cell = this.#cells[this.#next];
      const state = session.stateOf(cell.id);
      const isText = cell.mode === 'md';
      if (!isText && state.status !== 'done' && state.status !== 'failed') return;
      this.#stages.clear();
      const title = printable(titleOf(cell, session.graph.cells.get(cell.id)?.program));
      if (isText) {
        if (/^#/m.test(cell.source)) console.log(`\n${pc.bold(title)}`);
        continue;
      }
      this.#print(cell, title, state);
    }
  }

  #print(cell: Cell, title: string, { outputs, error }: CellState): void {
    console.log(`\n${pc.dim(String(cell.id))}  ${title}`);
    for (const line of outputLines(outputs)) console.log(line);
    for (const output of outputs) {
      if (output.kind === 'check' && !output.passed) this.#open++;
      if (output.kind !== 'compared') continue;
      const compared = output.rows.filter(({ agrees }) => agrees !== undefined);
      this.#compared += compared.length;
      this.#agree += compared.filter(({ agrees }) => agrees).length;
    }
    if (error === undefined) return;
    this.#failed++;
    const { place } = error;
    const begins = this.#cells.find(({ id }) => id === error.cell)?.line;
    const at = place && begins !== undefined ? `${this.#path}:${begins + place.line - 1}: ` : '';
    console.log(pc.red(`  ${printable(at + errorText(error))}`));
  }

  /** The last line says how many agree; the exit code, whether all do and no cell failed. */
  total(): void {
    const differ = this.#compared - this.#agree;
    console.log('');
    if (this.#open > 0) console.log(`${plural(this.#open, 'exercise')} still to do`);
    if (this.#failed > 0) console.log(pc.red(`${plural(this.#failed, 'cell')} failed`));
    const text = `${this.#agree} of ${this.#compared} recorded values agree`;
    console.log(differ === 0 ? pc.green(text) : pc.red(text));
    if (differ > 0 || this.#failed > 0) process.exitCode ||= 1;
  }
}
