/** The runs of this visit: opened, shown, closed. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Remote } from 'comlink';
import type { Engine, Frame, NamesFile, RunInfo } from '../engine/protocol.js';
import { check, type Linked } from '../settings/address.js';
import type { Jobs } from './jobs.js';
import type { KeptList } from './kept-lists.js';

export interface RunView {
  info: RunInfo;
  linked: Linked;
  names: NamesFile | undefined;
  /** The newest; it changes while the run plays. */
  frame: Signal<Frame>;
}

/** One to look at, and one beside it. */
export type Shown = readonly [main: RunView, other?: RunView | undefined];

/** Runs of a visit that are kept; the oldest goes when another one comes. */
const RUNS = 8;
/** Bytes of all of them together, beyond which the oldest goes too. */
const MEMORY = 2 ** 30;

/** Makes what is to be shown: opens runs, or adds some that were opened. */
export type Make = (
  open: (linked: Linked, names: NamesFile | undefined) => Promise<RunView>,
  add: (info: RunInfo, linked: Linked, names: NamesFile | undefined) => Promise<RunView>,
) => Promise<Shown>;

export class OpenRuns {
  readonly runs = signal<readonly RunView[]>([]);
  readonly main = signal<RunView | undefined>(undefined);
  readonly other = signal<RunView | undefined>(undefined);
  readonly shown: ReadonlySignal<readonly RunView[]> = computed(() =>
    [this.main.value, this.other.value].filter((run) => run !== undefined),
  );
  /** The list of the main run, and of the next. */
  readonly names = signal<NamesFile | undefined>(undefined);
  /** Counts what is to be shown: the last wish holds. */
  #wishes = 0;

  /**
   * @param time brings all to rest before other runs are shown, and leaves the moment that was looked at
   * @param kept lists of a visit before this one
   */
  constructor(
    readonly worker: Remote<Engine>,
    readonly jobs: Jobs,
    readonly time: { rest(): Promise<void>; lookAtNewest(): void },
    readonly kept: readonly KeptList[],
  ) {}

  /** A list of this visit, or of the one before, by the first digits of its SHA-256. */
  known(sha256: string): NamesFile | undefined {
    const run = this.runs.value.find(({ info, names }) => names && info.names.sha256.startsWith(sha256));
    return run?.names ?? this.kept.find((list) => list.sha256.startsWith(sha256));
  }

  /** Of the lists that runs are of, those that are not here. */
  missing(linked: readonly Linked[]): string[] {
    return linked.flatMap(({ names }) =>
      names !== undefined && this.known(names) === undefined ? [names] : [],
    );
  }

  /** Opens a run of an address, on the built-in names where its list is not here. Errors: a list that is not what it was. */
  async openOnItsList(linked: Linked, open: Parameters<Make>[0]): Promise<RunView> {
    const { names } = linked;
    const list = names === undefined ? undefined : this.known(names);
    const run = await open(linked, list);
    const { sha256 } = run.info.names;
    if (names !== undefined && list !== undefined && !sha256.startsWith(names))
      throw new Error(`${list.source}: expected names with a SHA-256 of ${names}…, got ${sha256}`);
    return run;
  }

  /**
   * Shows what `make` makes, unless something else is wished by then. What it opened and does not come to be shown is
   * closed again.
   */
  async place(what: string, make: Make): Promise<boolean> {
    const wish = ++this.#wishes;
    const made: RunInfo[] = [];
    const add = async (info: RunInfo, linked: Linked, names: NamesFile | undefined): Promise<RunView> => {
      made.push(info);
      const { names: _, ...rest } = linked;
      const frame = signal(await this.worker.frame(info.id));
      return { info, linked: { ...rest, ...(names && { names: info.names.sha256 }) }, names, frame };
    };
    const open = async (linked: Linked, names: NamesFile | undefined) => {
      check(linked.settings);
      return add(await this.worker.open(linked.settings, names, linked.backend ?? 'auto'), linked, names);
    };
    const done = await this.jobs.work(what, async () => {
      if (wish !== this.#wishes) return false;
      await this.time.rest();
      const shown = await make(open, add);
      if (wish !== this.#wishes) return false;
      this.#set(shown);
      return true;
    });
    if (done === true) return true;
    for (const { id } of made) this.jobs.later(() => this.worker.close(id));
    return false;
  }

  #set([main, other]: Shown): void {
    const known = this.runs.peek();
    batch(() => {
      this.time.lookAtNewest();
      this.runs.value = [
        ...known,
        ...[main, other].filter((run) => run && !known.includes(run)),
      ] as RunView[];
      this.main.value = main;
      this.other.value = other;
      this.names.value = main.names;
    });
    this.#drop();
  }

  /** Lets go of runs that nothing shows: of those without a step, and of the oldest while there are more than fit. */
  #drop(): void {
    for (const run of this.#idle()) if (run.frame.value.step === 0) this.close(run);
    for (const run of this.#idle()) if (this.#full()) this.close(run);
  }

  #idle(): readonly RunView[] {
    return this.runs.value.filter((run) => !this.shown.value.includes(run));
  }

  #full(): boolean {
    const runs = this.runs.value;
    return runs.length > RUNS || runs.reduce((sum, { info }) => sum + info.memory, 0) > MEMORY;
  }

  /** Lets go of a run that is not shown. */
  close(run: RunView): void {
    if (this.shown.peek().includes(run)) return;
    this.runs.value = this.runs.value.filter((each) => each !== run);
    // After what may be under way: work on this run, or a wish to show it.
    this.jobs.later(() => this.worker.close(run.info.id));
  }
}
