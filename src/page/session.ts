/** What the page knows: the runs of this visit, which of them is looked at, and when. All of it in signals. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Remote } from 'comlink';
import type { Frame, Moment, NamesFile, RunInfo, Workshop } from './protocol.js';
import { check, type Linked } from './settings/address.js';

export interface RunView {
  info: RunInfo;
  linked: Linked;
  names: NamesFile | undefined;
  /** The newest; it changes while the run plays. */
  frame: Signal<Frame>;
}

/** Milliseconds from one frame to the next, at least. */
const PACE = 30;
/** Runs of a visit that are kept; the oldest goes when another one comes. */
export const RUNS = 8;

export class Session {
  readonly runs = signal<readonly RunView[]>([]);
  /** The run that instruments and transport are about, and the one beside it. */
  readonly main = signal<RunView | undefined>(undefined);
  readonly other = signal<RunView | undefined>(undefined);
  readonly playing = signal(false);
  /** The kept moment that is looked at; undefined: the newest. */
  readonly past = signal<Moment | undefined>(undefined);
  /** What cannot be done and why, for a person. */
  readonly problem = signal<string | undefined>(undefined);
  /** What the worker is busy with beside training. */
  readonly busy = signal<string | undefined>(undefined);
  readonly names = signal<NamesFile | undefined>(undefined);
  readonly threshold = signal(0.97);

  /** What the instruments show. */
  readonly frame: ReadonlySignal<Frame | undefined> = computed(() => this.main.value?.frame.value);
  readonly moment: ReadonlySignal<Moment | undefined> = computed(() => this.past.value ?? this.frame.value);
  /** Of the run beside it: always its newest. */
  readonly otherFrame: ReadonlySignal<Frame | undefined> = computed(() => this.other.value?.frame.value);

  readonly worker: Remote<Workshop>;
  #poll: number | undefined;
  #asked = false;
  #askedAt = 0;

  constructor(worker: Remote<Workshop>) {
    this.worker = worker;
  }

  /** Opens the runs of an address: one, or two to compare. */
  async show(linked: readonly Linked[]): Promise<void> {
    await this.pause();
    const views: RunView[] = [];
    for (const one of linked) {
      const view = await this.#open(one);
      if (view === undefined) return;
      views.push(view);
    }
    batch(() => {
      this.past.value = undefined;
      this.main.value = views[0];
      this.other.value = views[1];
    });
    this.#drop();
  }

  async #open(linked: Linked): Promise<RunView | undefined> {
    return this.#working('preparing the run', async () => {
      check(linked.settings);
      const names = this.names.value;
      const info = await this.worker.open(linked.settings, names, linked.backend ?? 'auto');
      return this.#add(info, { ...linked, ...(names && { names: info.names.sha256 }) }, names);
    });
  }

  async #add(info: RunInfo, linked: Linked, names: NamesFile | undefined): Promise<RunView> {
    const view = { info, linked, names, frame: signal(await this.worker.frame(info.id)) };
    this.runs.value = [...this.runs.value, view];
    return view;
  }

  /** Lets go of the oldest runs that nothing shows, beyond the number that a visit keeps, and of those without a step. */
  #drop(): void {
    const shown = [this.main.value, this.other.value];
    const idle = this.runs.value.filter((run) => !shown.includes(run));
    const empty = idle.filter(({ frame }) => frame.value.step === 0);
    const old = idle
      .filter((run) => !empty.includes(run))
      .slice(0, Math.max(0, this.runs.value.length - empty.length - RUNS));
    const gone = [...empty, ...old];
    this.runs.value = this.runs.value.filter((run) => !gone.includes(run));
    for (const { info } of gone) void this.worker.close(info.id);
  }

  async play(until = Number.POSITIVE_INFINITY): Promise<void> {
    const runs = [this.main.value, this.other.value].filter((run) => run !== undefined);
    if (runs.length === 0 || this.playing.value) return;
    batch(() => {
      this.playing.value = true;
      this.past.value = undefined;
      this.problem.value = undefined;
    });
    this.#follow();
    try {
      await Promise.all(
        runs.map(async (run) => {
          const { steps } = run.info.settings;
          run.frame.value = await this.worker.play(run.info.id, Math.min(until, steps));
        }),
      );
    } catch (error) {
      this.problem.value = messageOf(error);
    } finally {
      this.playing.value = false;
      if (this.#poll !== undefined) cancelAnimationFrame(this.#poll);
      this.#poll = undefined;
    }
  }

  /** One step of each run that is shown. */
  async step(): Promise<void> {
    const made = this.frame.value?.step;
    if (made !== undefined) await this.play(made + 1);
  }

  async pause(): Promise<void> {
    if (!this.playing.value) return;
    await this.worker.pause();
    // `play` has the last frames then, and says so.
    while (this.playing.value) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** Asks for frames while runs play: one at a time, so that a slow page asks less often. */
  #follow(): void {
    this.#poll = requestAnimationFrame((now) => {
      this.#follow();
      if (this.#asked || now - this.#askedAt < PACE) return;
      this.#asked = true;
      this.#askedAt = now;
      void this.#refresh().finally(() => {
        this.#asked = false;
      });
    });
  }

  async #refresh(): Promise<void> {
    const runs = [this.main.value, this.other.value].filter((run) => run !== undefined);
    const frames = await Promise.all(runs.map(({ info }) => this.worker.frame(info.id)));
    if (!this.playing.value) return;
    batch(() => {
      runs.forEach((run, i) => {
        run.frame.value = frames[i];
      });
    });
  }

  /** The same settings from their beginning. */
  async startOver(): Promise<void> {
    const shown = [this.main.value, this.other.value].filter((run) => run !== undefined);
    await this.show(shown.map(({ linked }) => linked));
  }

  /** Looks at the kept moment nearest to a step; the newest where that is the last one. */
  async look(step: number): Promise<void> {
    const frame = this.frame.value;
    if (frame === undefined || this.playing.value) return;
    const { kept } = frame;
    const nearest = kept.reduce((best, each) =>
      Math.abs(each - step) < Math.abs(best - step) ? each : best,
    );
    if (nearest === frame.step) this.past.value = undefined;
    else this.past.value = await this.worker.moment(frame.run, nearest);
  }

  /** Goes on from the moment that is looked at, as a second run beside the first. */
  async fork(): Promise<void> {
    const [past, from] = [this.past.value, this.main.value];
    if (past === undefined || from === undefined) return;
    await this.#working('going back', async () => {
      const view = await this.#add(await this.worker.fork(from.info.id, past.step), from.linked, from.names);
      batch(() => {
        this.past.value = undefined;
        this.main.value = view;
        this.other.value = undefined;
      });
      this.#drop();
    });
  }

  /** Shows one of the runs of this visit, alone or with another beside it. */
  async choose(main: RunView, other?: RunView): Promise<void> {
    await this.pause();
    batch(() => {
      this.past.value = undefined;
      this.main.value = main;
      this.other.value = other;
    });
  }

  /** Losses over the whole splits of the runs that are shown, after a pause; goes on playing where it played. */
  async evaluate(): Promise<void> {
    await this.atRest('measuring the losses of all splits', async (id) => {
      await this.worker.evaluate(id);
      const other = this.other.value;
      if (other !== undefined) await this.worker.evaluate(other.info.id);
      await this.#refreshNow();
    });
  }

  async setThreshold(threshold: number): Promise<void> {
    this.threshold.value = threshold;
    await this.worker.setThreshold(threshold);
    await this.#refreshNow();
  }

  async #refreshNow(): Promise<void> {
    for (const run of [this.main.value, this.other.value])
      if (run !== undefined) run.frame.value = await this.worker.frame(run.info.id);
  }

  /** Work for which nothing may train: pauses, works on the main run, goes on. */
  async atRest<T>(what: string, work: (id: number) => Promise<T>): Promise<T | undefined> {
    const run = this.main.value;
    if (run === undefined) return undefined;
    const played = this.playing.value;
    await this.pause();
    const result = await this.#working(what, () => work(run.info.id));
    if (played) void this.play();
    return result;
  }

  async #working<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    this.busy.value = what;
    this.problem.value = undefined;
    try {
      return await work();
    } catch (error) {
      this.problem.value = messageOf(error);
      return undefined;
    } finally {
      this.busy.value = undefined;
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
