/** Where a visitor is among the lessons: which one, what was predicted, what was seen. All of it in signals, and kept. */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { RunSettings } from 'lanewise/makemore';
import type { Store } from '../session/lost-run.js';
import type { RunView, Session } from '../session/session.js';
import { writeAddress } from '../settings/address.js';
import { lessons as all } from './all.js';
import type { Change, Experiment, Lesson } from './lesson.js';
import { type Observed, observe } from './observe.js';

const KEY = 'lanewise: lessons';
/** How long a run is watched, in seconds, however fast it could be. */
const WATCHED = 4;

/** What was seen of an experiment of a lesson, while its runs are shown. */
export interface Sight {
  lesson: Lesson;
  /** Undefined: the lesson's own runs. */
  change: Change | undefined;
  runs: readonly RunView[];
  seen: Observed;
}

/** `ask`: for a prediction, then to play; `seen`: the runs have played, and what is said is of them. */
type Stage = 'ask' | 'playing' | 'seen';

interface Kept {
  current?: unknown;
  predicted?: unknown;
  done?: unknown;
}

export class Lessons {
  readonly list: readonly Lesson[];
  readonly current: ReadonlySignal<Lesson>;
  /** By the lesson's id: which of the choices. */
  readonly predicted: ReadonlySignal<Readonly<Record<string, number>>>;
  /** Ids of lessons that have been played. */
  readonly done: ReadonlySignal<ReadonlySet<string>>;
  /** Of the runs that are shown. */
  readonly sight: ReadonlySignal<Sight | undefined>;
  readonly stage: ReadonlySignal<Stage>;
  /** The change that plays, or was played last; undefined: none, the lesson's own. */
  readonly change: ReadonlySignal<Change | undefined>;
  /** Whether the runs that are shown are those of the lesson, or of the change. */
  readonly itsRuns: ReadonlySignal<boolean>;
  readonly session: Session;
  readonly #store: Store | undefined;
  readonly #current = signal<Lesson>(undefined as never);
  readonly #predicted = signal<Readonly<Record<string, number>>>({});
  readonly #done = signal<ReadonlySet<string>>(new Set());
  readonly #change = signal<Change | undefined>(undefined);
  readonly #playing = signal(false);
  /** The last of each lesson. */
  readonly #sights = signal<ReadonlyMap<string, Sight>>(new Map());

  /** @param store where place and predictions are kept; undefined: they are as long as the page is */
  constructor(session: Session, store: Store | undefined, list: readonly Lesson[] = all) {
    this.session = session;
    this.list = list;
    this.#store = store;
    this.current = this.#current;
    this.predicted = this.#predicted;
    this.done = this.#done;
    this.change = this.#change;
    this.#restore();
    this.sight = computed(() => {
      const sight = this.#sights.value.get(this.#current.value.id);
      const shown = session.shown.value;
      return sight?.runs.length === shown.length && sight.runs.every((run, i) => run === shown[i])
        ? sight
        : undefined;
    });
    this.stage = computed(() =>
      this.#playing.value ? 'playing' : this.sight.value === undefined ? 'ask' : 'seen',
    );
    this.itsRuns = computed(() => isOf(this.#change.value ?? this.#current.value, session.shown.value));
  }

  #restore(): void {
    let kept: Kept = {};
    try {
      kept = (JSON.parse(this.#store?.getItem(KEY) ?? '{}') ?? {}) as Kept;
    } catch {
      // Of another version, or of another's hand: then it begins anew.
    }
    const { current, predicted, done } = kept;
    this.#current.value = this.find(current) ?? this.list[0];
    if (typeof predicted === 'object' && predicted !== null)
      this.#predicted.value = Object.fromEntries(
        Object.entries(predicted).filter(
          ([id, choice]) =>
            Number.isInteger(choice) && this.find(id)?.choices[choice as number] !== undefined,
        ),
      );
    if (Array.isArray(done)) this.#done.value = new Set(done.filter((id) => this.find(id) !== undefined));
  }

  #keep(): void {
    const kept: Kept = {
      current: this.#current.peek().id,
      predicted: this.#predicted.peek(),
      done: [...this.#done.peek()],
    };
    try {
      this.#store?.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Full, or forbidden: then it is as long as the page is.
    }
  }

  /** By its id, or by its number in the list from 1, as a person may write it; undefined where there is none. */
  find(id: unknown): Lesson | undefined {
    return this.list.find((lesson, i) => lesson.id === id || `${i + 1}` === id);
  }

  /** The lesson so many places on from this one; undefined beyond the ends. */
  beside(by: number): Lesson | undefined {
    return this.list[this.list.indexOf(this.#current.value) + by];
  }

  /** Which of the choices the visitor holds to, of the lesson that one is in. */
  get prediction(): number | undefined {
    return this.#predicted.value[this.#current.value.id];
  }

  /** Goes to a lesson whose runs are shown, or about to be. */
  enter(lesson: Lesson): void {
    if (lesson === this.#current.peek()) return;
    batch(() => {
      this.#current.value = lesson;
      this.#change.value = undefined;
    });
    this.#keep();
  }

  /**
   * Goes to a lesson and shows its runs: those that it played last while they are open, else new ones. False where that
   * failed.
   */
  async open(lesson: Lesson = this.#current.peek()): Promise<boolean> {
    const { session } = this;
    const stays = lesson === this.#current.peek();
    const open = session.runs.peek();
    const last = this.#sights.peek().get(lesson.id);
    const sight = last?.runs.every((run) => open.includes(run)) ? last : undefined;
    batch(() => {
      this.#current.value = lesson;
      this.#change.value = sight?.change;
    });
    this.#keep();
    if (sight !== undefined) {
      const done = sight === this.sight.peek() || (await session.choose(sight.runs[0], sight.runs[1]));
      if (done) await this.showMoment();
      return done;
    }
    // Of another lesson they may be on their way already, which would give away what is asked here.
    const begun = session.shown.peek().some(({ frame }) => frame.peek().step > 0);
    if (this.#ready(lesson) && (stays || !begun)) return true;
    return this.#set(lesson);
  }

  /** What the visitor expects; it may be changed until the lesson has played. */
  predict(choice: number): void {
    const { id, choices } = this.#current.peek();
    if (this.#playing.peek() || choices[choice] === undefined) return;
    this.#predicted.value = { ...this.#predicted.peek(), [id]: choice };
    this.#keep();
  }

  /** Plays the lesson's runs to its step. Without a prediction nothing happens. */
  async play(): Promise<void> {
    if (this.prediction === undefined) return;
    await this.#play(undefined);
  }

  /** Sets the lesson up with something changed, and plays it. */
  async try(change: Change): Promise<void> {
    await this.#play(change);
  }

  /** Of the runs that were seen, the moment that is spoken of. */
  async showMoment(): Promise<void> {
    const sight = this.sight.peek();
    const { at } = sight?.change ?? sight?.lesson ?? {};
    if (at !== undefined) await this.session.look(at);
  }

  /** What is next: to play, and when that was seen, the next lesson. */
  async goOn(): Promise<void> {
    if (this.stage.peek() === 'ask') await this.play();
    else if (this.stage.peek() === 'seen') {
      const next = this.beside(1);
      if (next !== undefined) await this.open(next);
    }
  }

  async #set({ runs }: Experiment): Promise<boolean> {
    return this.session.show(settingsOf(runs).map((settings) => ({ settings })));
  }

  async #play(change: Change | undefined): Promise<void> {
    if (this.#playing.peek()) return;
    const lesson = this.#current.peek();
    const experiment: Experiment = change ?? lesson;
    const { session } = this;
    batch(() => {
      this.#playing.value = true;
      this.#change.value = change;
    });
    try {
      if (!this.#ready(experiment) && !(await this.#set(experiment))) return;
      const runs = session.shown.peek();
      await this.#watch(experiment);
      if (session.shown.peek() !== runs || !runs.every((run) => isThere(run, experiment))) return;
      // So that the instruments have them too.
      if (experiment.measures?.includes('splits')) await session.evaluate();
      const seen = await session.atRest('measuring what there was to see', () =>
        observe(
          session.worker,
          runs.map(({ info }) => info),
          experiment,
        ),
      );
      if (seen === undefined || session.shown.peek() !== runs) return;
      batch(() => {
        this.#sights.value = new Map(this.#sights.peek()).set(lesson.id, { lesson, change, runs, seen });
        this.#done.value = new Set(this.#done.peek()).add(lesson.id);
      });
      this.#keep();
      await this.showMoment();
    } finally {
      this.#playing.value = false;
    }
  }

  /** Whether the runs of an experiment are shown and can still play to its step. */
  #ready(experiment: Experiment): boolean {
    const shown = this.session.shown.peek();
    return isOf(experiment, shown) && shown.every(({ frame }) => frame.peek().step <= experiment.until);
  }

  /** Plays so that one can follow; as fast as it goes for who prefers reduced motion. */
  async #watch({ until }: Experiment): Promise<void> {
    const { session } = this;
    const speed = session.speed.peek();
    const still = typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!still) await session.setSpeed(Math.min(speed, Math.ceil(until / WATCHED)));
    try {
      await session.play(until);
    } finally {
      if (!still) await session.setSpeed(speed);
    }
  }
}

/** Where a run of an experiment is played to: its step, or where its loss was no number. */
const isThere = ({ frame }: RunView, { until }: Experiment): boolean =>
  frame.peek().step >= until || frame.peek().state === 'diverged';

const settingsOf = (runs: Experiment['runs']): RunSettings[] =>
  runs.filter((settings) => settings !== undefined);

/** Whether the runs that are shown are those of an experiment. */
const isOf = ({ runs }: Experiment, shown: readonly RunView[]): boolean =>
  shown.length > 0 && writeAddress(shown.map(({ linked }) => linked)) === addressOfLesson({ runs });

/** Of its own runs, without it. */
export const addressOfLesson = ({ runs }: Pick<Experiment, 'runs'>): string =>
  writeAddress(settingsOf(runs).map((settings) => ({ settings })));

/** The address that opens a lesson. */
export const linkOf = ({ id }: Pick<Lesson, 'id'>): string => `#lesson=${id}`;

/** Its place in the lecture's video. */
export const videoOf = ({ time }: Pick<Lesson, 'time'>): string => `https://youtu.be/P6sfmUTpUmc?t=${time}`;

/** Of this browser, for all its tabs. Undefined where that is forbidden. */
export function lessonStore(): Store | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
