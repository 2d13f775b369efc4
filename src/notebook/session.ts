/** A notebook that runs: its cells as variables of Observable's runtime, which runs anew what depends on a change. */
import { type Module, Runtime, type Variable } from '@observablehq/runtime';
import { type CellError, fileOf, thrownError } from './cell-error.js';
import type { Cell } from './format.js';
import { Graph, type GraphCell } from './graph.js';
import type { Shown, Slider } from './shown.js';
import { STANDARD, type Standard, standardOf } from './standard.js';

/** What the notebook runs in: a worker of a page, or Node. */
export interface Host {
  /**
   * The function that a text is, as a file of that name in stack traces. A page whose policy lets no text become code makes
   * a module of it, in a worker that is allowed to.
   */
  compile(text: string, file: string): CellFunction | Promise<CellFunction>;
  /** A module that a cell imports. Rejects for one that there is not. */
  load(specifier: string): Promise<object>;
  /** What `given` is in the cells. */
  given: Readonly<Record<string, unknown>>;
  /** Called whenever a cell's state has changed. */
  onChange?(id: number, state: CellState): void;
}

export type CellFunction = (...inputs: unknown[]) => Promise<unknown>;

export interface CellState {
  /** `idle`: not run yet, or changed since. */
  status: 'idle' | 'running' | 'done' | 'failed';
  outputs: Shown[];
  error?: CellError;
  /** How far a loop is, where it says so. */
  progress?: { done: number; of: number };
}

/** One execution of a cell. A later one, or a stop, makes it stale. */
interface Execution {
  state: CellState;
  /** What the cell has shown so far. */
  outputs: Shown[];
  /** How much more it displayed than there is room for. */
  unshown: number;
  /** What it showed before a slider was moved: it stays until the end. */
  before: Shown[] | undefined;
  stopped: boolean;
}

/** What a cell's own variable is: the cell's definitions, or that there are none since it failed. */
type Outcome = { definitions: Readonly<Record<string, unknown>> } | { failed: number };

/** What a name is: in a box, so that a promise or a generator stays what it is in a file. */
type Box = { value: unknown } | { failed: number };

/** A cell that calls one of these says itself what it shows. */
const SHOWING: readonly string[] = ['display', 'expect', 'check', 'slider'];

/** Of what a cell displays: more is counted. What it compares, checks or asks for is never left out. */
const MOST_SHOWN = 500;
const DISPLAYED: readonly Shown['kind'][] = ['text', 'table', 'chart'];

/** What an execution shows, with a word on what is left out. */
const outputsOf = ({ outputs, unshown }: Execution): Shown[] =>
  unshown === 0 ? outputs : [...outputs, { kind: 'text', text: `… and ${unshown} more that are not shown` }];

/** The name of a cell's own variable, which no identifier can be. */
const variableOf = (id: number): string => `cell ${id}`;

export class Session {
  readonly #host: Host;
  readonly #runtime = new Runtime();
  readonly #module: Module = this.#runtime.module();
  readonly #variables = new Map<number, { variable: Variable; signature: string }>();
  readonly #names = new Map<string, { variable: Variable; owner: number }>();
  /** Of the cells that were run: they run anew when what they need changes. */
  readonly #live = new Map<number, Variable>();
  readonly #executions = new Map<number, Execution>();
  readonly #states = new Map<number, CellState>();
  /** Sliders that a cell has shown, by name, and where the reader has put those that were moved. */
  readonly #sliders = new Map<number, Map<string, Slider>>();
  readonly #inputs = new Map<number, Map<string, number>>();
  /** Cells that run anew since a slider was moved. */
  readonly #moved = new Set<number>();
  /** Nothing begins until the reader asks for something again. */
  #stopped = false;
  /** Who waits for cells to come to an end. */
  readonly #waiting = new Set<{ ids: Set<number>; resolve(): void }>();
  #graph: Graph;

  constructor(cells: readonly Cell[], host: Host) {
    this.#host = host;
    this.#graph = graphOf(cells);
    this.#defineAll();
  }

  /** Which cells need which. */
  get graph(): Graph {
    return this.#graph;
  }

  stateOf(id: number): CellState {
    return this.#states.get(id) ?? { status: 'idle', outputs: [] };
  }

  /**
   * Takes up the notebook's cells as they are now. Nothing runs but, of the cells that were run before, those that changed
   * and those that need them.
   */
  update(cells: readonly Cell[]): void {
    this.#stopped = false;
    this.#graph = graphOf(cells);
    for (const id of [...this.#variables.keys()]) if (!this.#graph.cells.has(id)) this.#remove(id);
    this.#defineAll();
  }

  /**
   * Runs these cells, whether or not they ran before, what they need and, of the others that were run, what needs them. What
   * they need runs again where it was stopped.
   * Resolves once these cells are done or have failed; `stateOf` says which. RangeError for a cell that there is not.
   */
  async run(ids: readonly number[] = [...this.#graph.cells.keys()]): Promise<void> {
    this.#stopped = false;
    for (const cell of this.#graph.needed(ids))
      if (this.stateOf(cell).error?.name === 'Stopped')
        this.#define(this.#graph.cells.get(cell) as GraphCell);
    for (const id of ids) {
      const cell = this.#graph.cells.get(id);
      if (cell === undefined) throw new RangeError(`Session.run: expected a cell of code, got ${id}`);
      if (this.#states.get(id)?.status !== 'idle') this.#define(cell);
      if (!this.#live.has(id))
        this.#live.set(
          id,
          this.#module.variable(true).define(null, [variableOf(id)], (outcome) => outcome),
        );
    }
    await this.#ends(ids);
  }

  /**
   * Resolves once each of these has come to an end from now on, or is there no more: for one that was removed, the runtime's
   * own promise would reject.
   */
  #ends(ids: readonly number[]): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add({ ids: new Set(ids), resolve });
      this.#ended(undefined);
    });
  }

  #ended(id: number | undefined): void {
    for (const waiting of this.#waiting) {
      if (id !== undefined) waiting.ids.delete(id);
      if (waiting.ids.size > 0) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }

  /**
   * Takes up where the reader has put a slider of a cell. Of the cells that were run, those that need it run anew; the cell
   * itself too, unless it only defines the slider for others. What they showed stays until the new is there. Resolves once
   * they are done. RangeError for a slider that the cell does not show, and for a value outside its range.
   */
  async setInput(id: number, name: string, value: number): Promise<void> {
    const slider = this.#sliders.get(id)?.get(name);
    const cell = this.#graph.cells.get(id);
    if (slider === undefined || cell === undefined)
      throw new RangeError(`Session.setInput: expected a slider that cell ${id} shows, got '${name}'`);
    const { min, max } = slider;
    if (!(value >= min && value <= max))
      throw new RangeError(`Session.setInput: ${name}: expected a value from ${min} to ${max}, got ${value}`);
    this.#stopped = false;
    this.#inputs.set(id, (this.#inputs.get(id) ?? new Map()).set(name, value));
    const definition = cell.program?.sliders.get(name);
    const first =
      definition === undefined
        ? [id]
        : [...this.#graph.cells.values()]
            .filter(({ inputs }) => inputs.includes(definition))
            .map((each) => each.id);
    const concerned = [...this.#graph.dependants(first)];
    for (const each of concerned) {
      if (this.stateOf(each).status === 'idle') continue;
      this.#moved.add(each);
      this.#end(each);
    }
    this.#showMoved(id, { ...slider, value });
    if (definition === undefined) this.#bind(cell);
    else this.#defineName(definition, id);
    await this.#ends(concerned.filter((each) => this.#live.has(each)));
  }

  /** Ends what runs, at its next `progress`; what waits for it, or for its turn, does not begin. */
  stop(): void {
    this.#stopped = true;
    for (const execution of this.#executions.values()) execution.stopped = true;
  }

  /** Lets go of all values. */
  dispose(): void {
    this.stop();
    this.#runtime.dispose();
    for (const { resolve } of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #defineAll(): void {
    const wanted = new Map<string, number>();
    for (const { id, program } of this.#graph.cells.values())
      for (const name of program?.definitions ?? []) wanted.set(name, id);
    for (const [name, { variable, owner }] of this.#names) {
      if (wanted.get(name) === owner) continue;
      variable.delete();
      this.#names.delete(name);
    }
    for (const [name, owner] of wanted) {
      if (!this.#names.has(name)) this.#defineName(name, owner);
    }
    for (const cell of this.#graph.cells.values()) {
      if (this.#variables.get(cell.id)?.signature === signatureOf(cell)) continue;
      this.#sliders.delete(cell.id);
      this.#inputs.delete(cell.id);
      this.#define(cell);
    }
  }

  /** Defines what a name of a cell is: where something live needs it, that runs anew. */
  #defineName(name: string, owner: number): void {
    const boxOf = (outcome: Outcome): Box => {
      if ('failed' in outcome) return outcome;
      for (const [label, defined] of this.#graph.cells.get(owner)?.program?.sliders ?? [])
        if (defined === name)
          return { value: this.#sliders.get(owner)?.get(label)?.value ?? outcome.definitions[name] };
      return { value: outcome.definitions[name] };
    };
    const variable = this.#names.get(name)?.variable ?? this.#module.variable();
    this.#names.set(name, { variable: variable.define(name, [variableOf(owner)], boxOf), owner });
  }

  #define(cell: GraphCell): void {
    this.#bind(cell);
    this.#moved.delete(cell.id);
    this.#end(cell.id);
    this.#change(cell.id, { status: 'idle', outputs: [] });
  }

  /** Defines the cell's variable: where it is live, it runs anew. */
  #bind(cell: GraphCell): void {
    const { id, inputs, problem } = cell;
    const variable = this.#variables.get(id)?.variable ?? this.#module.variable();
    const own = inputs.filter((name) => this.#names.has(name) || name === 'invalidation');
    const taken = problem === undefined ? own : [];
    variable.define(variableOf(id), taken, (...values: unknown[]) =>
      this.#execute(cell, new Map(taken.map((name, i) => [name, values[i]]))),
    );
    this.#variables.set(id, { variable, signature: signatureOf(cell) });
  }

  async #execute(cell: GraphCell, values: ReadonlyMap<string, unknown>): Promise<Outcome> {
    const { id, program, inputs, problem, hidden } = cell;
    this.#end(id);
    const before = this.#moved.delete(id) ? this.stateOf(id).outputs : undefined;
    const state: CellState = { status: 'running', outputs: before ?? [] };
    const execution: Execution = { state, outputs: [], unshown: 0, before, stopped: false };
    this.#executions.set(id, execution);
    const fail = (error: CellError): Outcome => {
      this.#settle(id, execution, { status: 'failed', error });
      return { failed: id };
    };
    if (problem !== undefined || program === undefined)
      return fail({ name: 'SyntaxError', message: '', ...problem, cell: id });
    for (const [name, box] of values)
      if (name !== 'invalidation' && 'failed' in (box as Box)) {
        const message = `it needs '${name}' of cell ${this.#names.get(name)?.owner}, which failed`;
        return fail({ name: 'Error', message, cell: id, waitsFor: name });
      }
    if (this.#stopped) return fail({ name: 'Stopped', message: 'stopped', cell: id });
    this.#change(id, execution.state);
    try {
      const standard = this.#standard(id, execution);
      const inputOf = (name: string) => {
        if (name === 'invalidation') return values.get(name);
        if (name === 'given') return this.#host.given;
        return name in standard
          ? standard[name as keyof Standard]
          : (values.get(name) as { value: unknown }).value;
      };
      const run = await this.#host.compile(program.functionOf(inputs), fileOf(id));
      const result = await run((name: string) => this.#host.load(name), ...inputs.map(inputOf));
      const shows = inputs.some((name) => SHOWING.includes(name));
      if (program.isExpression && !shows && !hidden && result !== undefined) standard.display(result);
      this.#settle(id, execution, { status: 'done' });
      return { definitions: program.isExpression ? {} : (result as Record<string, unknown>) };
    } catch (thrown) {
      return fail(thrownError(thrown, id, this.#graph.cells));
    }
  }

  /** Makes what runs of a cell stale. */
  #end(id: number): void {
    const execution = this.#executions.get(id);
    if (execution !== undefined) execution.stopped = true;
    this.#executions.delete(id);
  }

  #standard(id: number, execution: Execution): Standard {
    const change = (part: Partial<CellState>) => {
      if (this.#executions.get(id) !== execution) return;
      execution.state = { ...execution.state, ...part };
      this.#change(id, execution.state);
    };
    return standardOf({
      show: (shown) => {
        const { outputs } = execution;
        if (outputs.length >= MOST_SHOWN && DISPLAYED.includes(shown.kind)) execution.unshown++;
        else execution.outputs = [...outputs, shown];
        if (shown.kind === 'slider') this.#keepSlider(id, shown);
        if (execution.before === undefined) change({ outputs: outputsOf(execution) });
      },
      // A function of the cell that another one calls may say it when the cell is done.
      progress: (done, of) => {
        if (execution.state.status === 'running') change({ progress: { done, of } });
      },
      inputOf: (name) => this.#inputs.get(id)?.get(name),
      get stopped() {
        return execution.stopped;
      },
    });
  }

  #settle(id: number, execution: Execution, end: Pick<CellState, 'status'> & { error?: CellError }): void {
    if (this.#executions.get(id) !== execution) return;
    const { outputs } = execution;
    const shown = outputs.filter((output) => output.kind === 'slider');
    this.#sliders.set(id, new Map(shown.map((slider) => [slider.name, slider])));
    execution.state = { ...end, outputs: outputsOf(execution) };
    execution.before = undefined;
    this.#change(id, execution.state);
  }

  #keepSlider(id: number, slider: Slider): void {
    this.#sliders.set(id, (this.#sliders.get(id) ?? new Map()).set(slider.name, slider));
  }

  /** Shows a slider where it stands now, in the place where the cell has shown it. */
  #showMoved(id: number, slider: Slider): void {
    const moved = (outputs: readonly Shown[]) =>
      outputs.map((output) => (output.kind === 'slider' && output.name === slider.name ? slider : output));
    const execution = this.#executions.get(id);
    if (execution !== undefined) execution.outputs = moved(execution.outputs);
    const state = this.stateOf(id);
    this.#keepSlider(id, slider);
    const now = { ...state, outputs: moved(state.outputs) };
    if (execution !== undefined) execution.state = now;
    this.#change(id, now);
  }

  #remove(id: number): void {
    this.#live.get(id)?.delete();
    this.#variables.get(id)?.variable.delete();
    this.#end(id);
    this.#change(id, { status: 'idle', outputs: [] });
    for (const all of [this.#variables, this.#live, this.#states, this.#sliders, this.#inputs])
      all.delete(id);
    this.#ended(id);
  }

  #change(id: number, state: CellState): void {
    this.#states.set(id, state);
    this.#host.onChange?.(id, state);
    if (state.status === 'done' || state.status === 'failed') this.#ended(id);
  }
}

const graphOf = (cells: readonly Cell[]): Graph =>
  new Graph(cells, new Set(STANDARD), (name) => name in globalThis);

/** What a cell's execution depends on, beside the values of others. */
const signatureOf = ({ program, inputs, problem, hidden }: GraphCell): string =>
  JSON.stringify([program?.functionOf(inputs), problem, hidden]);
