/** What the page knows: the runs of this visit, which of them is looked at, and when. All of it in signals. */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Remote } from 'comlink';
import type { Engine, Frame, Moment, NamesFile, OpenedFile, SavedInfo } from '../engine/protocol.js';
import type { Linked } from '../settings/address.js';
import { Jobs, messageOf } from './jobs.js';
import type { KeptList } from './kept-lists.js';
import { type Make, OpenRuns, type RunView } from './open-runs.js';
import { pollFrames } from './poll-frames.js';
import { ViewedMoment } from './viewed-moment.js';

export type { RunView };

/** A checkpoint whose list of names is not here yet. */
interface Awaiting {
  file: OpenedFile;
  saved: SavedInfo;
}

export class Session {
  readonly worker: Remote<Engine>;
  readonly playing = signal(false);
  readonly #viewed: ViewedMoment;
  /** The step that is looked at; undefined: the newest, as the moments below, which follow it when they are here. */
  readonly looked: ReadonlySignal<number | undefined>;
  readonly past: ReadonlySignal<Moment | undefined>;
  readonly otherPast: ReadonlySignal<Moment | undefined>;
  /** What cannot be done and why, for a person. */
  readonly problem = signal<string | undefined>(undefined);
  /** Why nothing can be done any more. */
  readonly broken = signal<string | undefined>(undefined);
  readonly #jobs = new Jobs(this.problem);
  /** What the worker is busy with beside training. */
  readonly busy: ReadonlySignal<string | undefined> = this.#jobs.busy;
  readonly #openRuns: OpenRuns;
  readonly runs: ReadonlySignal<readonly RunView[]>;
  /** The run that instruments and transport are about, and the one beside it. */
  readonly main: ReadonlySignal<RunView | undefined>;
  readonly other: ReadonlySignal<RunView | undefined>;
  readonly shown: ReadonlySignal<readonly RunView[]>;
  /** The list of the main run, and of the next. */
  readonly names: ReadonlySignal<NamesFile | undefined>;
  readonly awaiting = signal<Awaiting | undefined>(undefined);
  readonly threshold = signal(0.97);
  /** Most steps a second. */
  readonly speed = signal(Number.POSITIVE_INFINITY);

  /** What the instruments show. */
  readonly frame: ReadonlySignal<Frame | undefined> = computed(() => this.main.value?.frame.value);
  readonly moment: ReadonlySignal<Moment | undefined> = computed(() => this.past.value ?? this.frame.value);
  /** Of the run beside it, at the moment that is looked at: its step, its layers; its tracks reach on to the newest. */
  readonly otherFrame: ReadonlySignal<Frame | undefined> = computed(() => {
    const newest = this.other.value?.frame.value;
    return newest && { ...newest, ...this.otherPast.value };
  });
  /** The steps that one can look at, of both runs, in order. */
  readonly steps: ReadonlySignal<readonly number[]> = computed(() => {
    const steps = this.shown.value.flatMap(({ frame: { value } }) => [...value.kept, value.step]);
    return [...new Set(steps)].sort((a, b) => a - b);
  });
  /** Those of the shown runs that can go on. */
  readonly open: ReadonlySignal<readonly RunView[]> = computed(() =>
    this.shown.value.filter(
      ({ frame, info }) => frame.value.state !== 'diverged' && frame.value.step < info.settings.steps,
    ),
  );
  /** Steps of that one of them which made the fewest. */
  readonly behind: ReadonlySignal<number> = computed(() =>
    Math.min(...this.open.value.map(({ frame }) => frame.value.step)),
  );

  /** The step that the runs were to be trained to when they last set out. */
  #goal = Number.POSITIVE_INFINITY;
  #played: Promise<void> = Promise.resolve();
  readonly #told: readonly string[];

  /**
   * @param kept lists of names of a visit before this one
   * @param told first digits of the SHA-256 of lists of whose absence the page speaks elsewhere
   */
  constructor(worker: Remote<Engine>, kept: readonly KeptList[] = [], told: readonly string[] = []) {
    this.worker = worker;
    this.#told = told;
    this.#viewed = new ViewedMoment(worker);
    this.looked = this.#viewed.looked;
    this.past = this.#viewed.main;
    this.otherPast = this.#viewed.other;
    const time = { rest: () => this.pause(), lookAtNewest: () => this.#viewed.lookAtNewest() };
    this.#openRuns = new OpenRuns(worker, this.#jobs, time, kept);
    const { runs, main, other, shown, names } = this.#openRuns;
    this.runs = runs;
    this.main = main;
    this.other = other;
    this.shown = shown;
    this.names = names;
  }

  /** Whether the lists of the runs of an address are here. */
  knows(linked: readonly Linked[]): boolean {
    return this.#openRuns.missing(linked).length === 0;
  }

  /** Opens the runs of an address: one, or two to compare. False where that failed, and all is as it was. */
  async show(linked: readonly Linked[]): Promise<boolean> {
    const missing = this.#openRuns.missing(linked).filter((names) => !this.#told.includes(names));
    const done = await this.#place('preparing the run', async (open) => {
      const views: RunView[] = [];
      for (const one of linked) views.push(await this.#openRuns.openOnItsList(one, open));
      return [views[0], views[1]];
    });
    if (done && missing.length > 0)
      this.problem.value =
        `The link is of a list of names that is not in it, with a SHA-256 of ${missing[0]}…: the built-in names are in ` +
        'its place until you open or drop that file.';
    return done;
  }

  /** Other settings in the place of the main run; the one beside it stays. */
  replace(linked: Linked): Promise<boolean> {
    return this.#replace(linked, this.names.peek());
  }

  #replace(linked: Linked, names: NamesFile | undefined): Promise<boolean> {
    return this.#place('preparing the run', async (open) => [await open(linked, names), this.other.peek()]);
  }

  /** The same settings from their beginning, each on its own names. */
  startOver(): Promise<boolean> {
    const shown = this.shown.peek();
    return this.#place('preparing the run', async (open) => {
      const views: RunView[] = [];
      for (const { linked, names } of shown) views.push(await open(linked, names));
      return [views[0], views[1]];
    });
  }

  /** Shows one of the runs of this visit, alone or with another beside it. */
  choose(main: RunView, other?: RunView): Promise<boolean> {
    return this.#place('changing the run', async () => {
      for (const run of [main, other])
        if (run && !this.runs.peek().includes(run)) throw new RangeError(`Run ${run.info.id} is closed.`);
      return [main, other];
    });
  }

  /** Goes on from the moment that is looked at, in a run of its own in the place of the first. */
  async fork(): Promise<void> {
    await this.#viewed.here;
    const [past, from] = [this.past.peek(), this.main.peek()];
    if (past === undefined || from === undefined) return;
    await this.#place('going back', async (_, add) => {
      const info = await this.worker.fork(from.info.id, past.step);
      return [await add(info, from.linked, from.names), this.other.peek()];
    });
  }

  /** Reads a file, as a job among the others: what is asked for later is done later. Undefined where that fails. */
  reading(source: string, read: () => Promise<ArrayBuffer>): Promise<Uint8Array | undefined> {
    return this.#jobs.work('reading the file', async () => {
      try {
        return new Uint8Array(await read());
      } catch (error) {
        // A folder, or a file that is gone.
        throw new Error(`${source}: expected a file that can be read, got: ${messageOf(error)}`);
      }
    });
  }

  /** Takes a list of names: for the checkpoint that waits for one, or else the same settings on those names. */
  async use(names: NamesFile | undefined): Promise<void> {
    const awaiting = this.awaiting.peek();
    if (awaiting !== undefined) return this.#resume(awaiting.file, names);
    const main = this.main.peek();
    if (main !== undefined) await this.#replace(main.linked, names);
  }

  /** Goes on from a checkpoint, once its names are here. */
  async resume(file: OpenedFile): Promise<void> {
    const saved = await this.#jobs.work('reading the checkpoint', () => this.worker.saved(file));
    if (saved === undefined) return;
    const { sha256, builtIn } = saved.names;
    const names = builtIn ? undefined : this.#openRuns.known(sha256);
    if (builtIn || names !== undefined) return this.#resume(file, names);
    this.awaiting.value = { file, saved };
  }

  async #resume(file: OpenedFile, names: NamesFile | undefined): Promise<void> {
    const done = await this.#place('reading the checkpoint', async (_, add) => {
      const info = await this.worker.resume(file, names);
      return [await add(info, { settings: info.settings }, names)];
    });
    if (done) this.awaiting.value = undefined;
  }

  /** Shows other runs, at their newest moments. */
  async #place(what: string, make: Make): Promise<boolean> {
    if (!(await this.#openRuns.place(what, make))) return false;
    // The more runs there are, the fewer moments each keeps.
    await this.#refresh();
    return true;
  }

  /** Lets go of a run that is not shown. */
  close(run: RunView): void {
    this.#openRuns.close(run);
  }

  /** Trains the shown runs; those that are behind catch up first. */
  async play(until = Number.POSITIVE_INFINITY): Promise<void> {
    const runs = this.shown.peek();
    if (runs.length === 0 || this.playing.value || this.busy.value !== undefined) return;
    batch(() => {
      this.playing.value = true;
      this.#viewed.lookAtNewest();
      this.problem.value = undefined;
    });
    this.#goal = until;
    this.#played = this.#train(runs, until);
    await this.#played;
  }

  async #train(runs: readonly RunView[], until: number): Promise<void> {
    const stop = pollFrames(() => this.#refresh(() => this.playing.peek()));
    try {
      await Promise.all(
        runs.map(async (run) => {
          const { steps } = run.info.settings;
          run.frame.value = await this.worker.play(run.info.id, Math.min(until, steps));
        }),
      );
    } catch (error) {
      this.problem.value = messageOf(error);
      // The other one is not left to play on alone.
      await this.worker.pause();
    } finally {
      stop();
      this.playing.value = false;
    }
  }

  /** One step of each run that is shown; where one is behind, of that one. */
  async step(): Promise<void> {
    if (this.open.peek().length > 0) await this.play(this.behind.peek() + 1);
  }

  async pause(): Promise<void> {
    if (!this.playing.value) return;
    await this.worker.pause();
    // The last frames are here then.
    await this.#played;
  }

  async #refresh(wanted = () => true): Promise<void> {
    const runs = this.shown.peek();
    const frames = await Promise.all(runs.map(({ info }) => this.worker.frame(info.id)));
    if (!wanted()) return;
    batch(() => {
      runs.forEach((run, i) => {
        run.frame.value = frames[i];
      });
    });
  }

  /** Looks at both runs at their kept moments nearest to a step; at the newest where that is the last of all. */
  async look(step: number): Promise<void> {
    const [main, other] = [this.main.peek(), this.other.peek()];
    if (main === undefined || this.playing.peek()) return;
    if (step >= (this.steps.peek().at(-1) ?? 0)) return this.#viewed.lookAtNewest();
    try {
      await this.#viewed.look(step, [main, other]);
    } catch (error) {
      this.problem.value = messageOf(error);
    }
  }

  /** Losses over the whole splits of the runs that are shown, after a pause; goes on playing where it played. */
  async evaluate(): Promise<void> {
    await this.atRest('measuring the losses of all splits', async (id) => {
      await this.worker.evaluate(id);
      const other = this.other.value;
      if (other !== undefined) await this.worker.evaluate(other.info.id);
      await this.#refresh();
    });
  }

  async setThreshold(threshold: number): Promise<void> {
    this.threshold.value = threshold;
    await this.worker.setThreshold(threshold);
    await this.#refresh();
  }

  async setSpeed(stepsPerSecond: number): Promise<void> {
    this.speed.value = stepsPerSecond;
    await this.worker.setSpeed(stepsPerSecond);
  }

  /** Work for which nothing may train: pauses, works on the main run, goes on. */
  async atRest<T>(what: string, work: (id: number) => Promise<T>): Promise<T | undefined> {
    const run = this.main.peek();
    if (run === undefined) return undefined;
    const played = this.playing.peek();
    const result = await this.#jobs.work(what, async () => {
      await this.pause();
      await this.#viewed.here;
      return work(run.info.id);
    });
    if (played && run === this.main.peek()) void this.play(this.#goal);
    return result;
  }

  /** The worker is gone. */
  fail(message: string): void {
    this.#jobs.end();
    batch(() => {
      this.playing.value = false;
      this.broken.value = message;
    });
  }
}
