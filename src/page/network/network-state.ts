/** What the picture shows and of what: choices of the visitor, and the views that the worker sends for them. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { transfer } from 'comlink';
import type { Flow, NetworkRequest, NetworkView } from '../engine/network-protocol.js';
import type { Selection } from '../session/selection.js';
import type { RunView, Session } from '../session/session.js';
import { still } from '../view/appearance.js';
import { flowOf, type Stage, stagesOf } from './slow-motion.js';
import { contextOf, embeddingPlace } from './words.js';

/** Whose numbers are drawn, where there are two runs. */
export type Side = 'main' | 'other' | 'difference';

/** Bins of a ridge. */
const BINS = 64;
/** Milliseconds from one view to the next: for people who asked for less motion; of words; of weights. */
const STILL = 1000;
const WORDS = 250;
const WEIGHTS = 200;
/** Share of the time of training that goes into views. */
const SHARE = 0.06;

export class NetworkState {
  readonly flow = signal<Flow>('forward');
  readonly example = signal(0);
  readonly typed = signal('');
  readonly side = signal<Side>('main');
  /** Stage of the slow motion; undefined: none. */
  readonly stageIndex = signal<number | undefined>(undefined);
  /** Each view as it comes, for painting alone: its arrays are gone two views later. */
  readonly view = signal<NetworkView | undefined>(undefined);
  readonly otherView = signal<NetworkView | undefined>(undefined);
  /** Copies of them, a few times a second, for words and for pointing. */
  readonly shown = signal<NetworkView | undefined>(undefined);
  readonly otherShown = signal<NetworkView | undefined>(undefined);
  /** Why there is none. */
  readonly problem = signal<string | undefined>(undefined);
  /** Whether anybody sees it. */
  readonly visible = signal(false);
  /** Place of the layer that the Tab key leads to; the arrows lead from there to the others. */
  readonly tabStop: ReadonlySignal<string> = computed(() => {
    const { value } = this.walked;
    return this.told.value?.layers.some(({ place }) => place === value) ? value : embeddingPlace;
  });
  readonly walked = signal(embeddingPlace);
  /** What is pointed at, in words. */
  readonly pointed = signal<string | undefined>(undefined);

  readonly vocabulary: ReadonlySignal<readonly string[]> = computed(
    () => this.session.main.value?.info.vocabulary ?? [],
  );
  readonly context: ReadonlySignal<ReturnType<typeof contextOf> | undefined> = computed(() => {
    const run = this.session.main.value;
    if (run === undefined || this.typed.value === '') return undefined;
    return contextOf(this.typed.value, run.info.vocabulary, run.info.settings.context);
  });
  readonly stages: ReadonlySignal<readonly Stage[]> = computed(() =>
    this.told.value === undefined ? [] : stagesOf(this.told.value.layers),
  );
  readonly stage: ReadonlySignal<Stage | undefined> = computed(() =>
    this.stageIndex.value === undefined ? undefined : this.stages.value[this.stageIndex.value],
  );
  /** What flows: in slow motion, as far as that has come; forward, where a typed context has no target to go back from. */
  readonly flowing: ReadonlySignal<Flow> = computed(() => {
    if (this.stage.value !== undefined) return flowOf(this.stage.value);
    return Array.isArray(this.context.value) && this.flow.value === 'gradient' ? 'forward' : this.flow.value;
  });
  /**
   * What is painted beside letters and numbers of its own. While each step brings another context, these change a few times
   * a second, and the cells and bars beside them at the same moments; a context that one typed stays.
   */
  readonly lettered = computed(() =>
    this.session.playing.value && !Array.isArray(this.context.value)
      ? { own: this.shown.value, other: this.otherShown.value }
      : { own: this.view.value, other: this.otherView.value },
  );
  /** The view whose numbers are told. */
  readonly told: ReadonlySignal<NetworkView | undefined> = computed(() =>
    this.side.value === 'other' ? (this.otherShown.value ?? this.shown.value) : this.shown.value,
  );

  /** Counts what makes the view that is here an old one. */
  #wanted = 0;
  #seen = -1;
  #asking = false;
  #frame = 0;
  #askedAt = 0;
  #wordsAt = 0;
  #weightsAt = 0;
  #took = 0;
  /** Of the view before the last, which nobody paints any more. */
  readonly #spare: (ArrayBuffer | undefined)[] = [undefined, undefined];
  /** Where the minibatches of two runs differ: the context that both are asked for. */
  #common: readonly number[] | undefined;

  constructor(
    readonly session: Session,
    readonly selection: Selection,
  ) {}

  /** Follows the session and asks the worker, while it is seen. Returns what ends it. */
  start(): () => void {
    const stop = effect(() => {
      this.#reads();
      this.#wanted++;
      this.#next();
    });
    return () => {
      stop();
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
    };
  }

  /** All that a view depends on; while it plays, each frame of the screen asks anyway. */
  #reads(): void {
    const { session } = this;
    session.main.value?.info;
    session.other.value?.info;
    session.past.value;
    session.otherPast.value;
    session.threshold.value;
    if (!session.playing.value) for (const run of session.shown.value) run.frame.value.step;
    this.flowing.value;
    this.example.value;
    this.context.value;
    this.side.value;
    this.stageIndex.value;
    this.selection.selected.value;
    this.visible.value;
  }

  #next(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#tick();
    });
  }

  #tick(): void {
    const { session } = this;
    if (!this.visible.peek() || session.main.peek() === undefined || session.broken.peek() !== undefined)
      return;
    const playing = session.playing.peek();
    const stale = this.#seen !== this.#wanted;
    const wait = still.peek() ? STILL : this.#took / SHARE;
    const due = stale || (playing && performance.now() - this.#askedAt >= wait);
    if (due && !this.#asking) void this.#ask();
    if (playing || this.#asking) this.#next();
  }

  async #ask(): Promise<void> {
    const wanted = this.#wanted;
    const [main, other] = [this.session.main.peek() as RunView, this.session.other.peek()];
    this.#asking = true;
    this.#askedAt = performance.now();
    const playing = this.session.playing.peek();
    const weights = !playing || this.#askedAt - this.#weightsAt > WEIGHTS;
    if (weights) this.#weightsAt = this.#askedAt;
    try {
      const own = await this.#viewOf(main, 0, weights);
      const beside = other && (await this.#viewOf(other, 1, weights));
      if (this.session.main.peek() === main && this.session.other.peek() === other) this.#show(own, beside);
    } catch (error) {
      // A run that has been closed meanwhile has no view, and nobody misses it.
      if (this.session.main.peek() === main) this.problem.value = (error as Error).message;
    } finally {
      this.#asking = false;
      // Whatever has changed meanwhile is asked for next; what failed waits for a change.
      this.#seen = wanted;
      if (this.session.playing.peek() || this.#seen !== this.#wanted) this.#next();
    }
  }

  #viewOf(run: RunView, side: 0 | 1, weights: boolean): Promise<NetworkView> {
    const { session, selection } = this;
    const past = (side === 0 ? session.past : session.otherPast).peek();
    const context = this.context.peek();
    const { place, unit } = selection.selected.peek();
    const before = (side === 0 ? this.view : this.otherView).peek();
    const known = before?.run === run.info.id ? before : undefined;
    const position = place === undefined ? undefined : Number(/^layer (\d+)/.exec(place)?.[1]);
    const layer = known?.layers.find((each) => each.position === position);
    const flow = this.flowing.peek();
    const { batch: rows } = run.info.settings;
    const request: NetworkRequest = {
      flow,
      example: Math.min(this.example.peek(), Math.min(rows, run.info.examples.train) - 1),
      context: Array.isArray(context) ? context : this.#common,
      step: past?.step,
      ahead: this.stageIndex.peek() !== undefined,
      unit:
        position !== undefined && unit !== undefined && layer !== undefined && unit < layer.outputs.length
          ? { position, unit }
          : undefined,
      table: selection.selected.peek().token !== undefined,
      weights,
      bins: BINS,
      range: known?.flow === flow ? known.range : undefined,
      memory: this.#spare[side],
    };
    const memory = this.#spare[side];
    this.#spare[side] = undefined;
    return session.worker.networkView(
      run.info.id,
      memory === undefined ? request : transfer(request, [memory]),
    );
  }

  #show(own: NetworkView, beside: NetworkView | undefined): void {
    const playing = this.session.playing.peek();
    const now = performance.now();
    this.#spare[0] = this.view.peek()?.memory;
    this.#spare[1] = this.otherView.peek()?.memory;
    // A unit can be asked for once the layers are known.
    if (this.view.peek()?.run !== own.run && this.selection.selected.peek().unit !== undefined)
      this.#wanted++;
    this.#took = own.took + (beside?.took ?? 0);
    this.#agree(own, beside);
    batch(() => {
      this.problem.value = undefined;
      this.view.value = own;
      this.otherView.value = beside;
      const changed = this.shown.peek()?.run !== own.run || this.shown.peek()?.flow !== own.flow;
      if (playing && !changed && now - this.#wordsAt < (still.peek() ? STILL : WORDS)) return;
      this.#wordsAt = now;
      this.shown.value = structuredClone(own);
      this.otherShown.value = beside && structuredClone(beside);
    });
  }

  /** Two runs that drew other minibatches are asked for the same context, from the next view on. */
  #agree(own: NetworkView, beside: NetworkView | undefined): void {
    const apart =
      this.side.peek() === 'difference' && beside !== undefined && own.tokens.join() !== beside.tokens.join();
    if (apart) {
      this.#common = own.tokens;
      this.#wanted++;
    } else if (this.#common !== undefined && (beside === undefined || this.side.peek() !== 'difference')) {
      this.#common = undefined;
      this.#wanted++;
    }
  }

  choose(example: number): void {
    this.#common = undefined;
    this.example.value = example;
  }

  /** Begins, or ends, to go through a minibatch stage by stage. */
  async slowMotion(on: boolean): Promise<void> {
    if (on) await this.session.pause();
    batch(() => {
      if (on) this.typed.value = '';
      this.stageIndex.value = on ? 0 : undefined;
    });
  }

  /** To the stage before or behind. After the last one the run makes that step, and the next minibatch begins. */
  async toStage(by: 1 | -1): Promise<void> {
    const { stageIndex, stages, session } = this;
    const index = stageIndex.peek();
    if (index === undefined) return;
    const to = index + by;
    if (to < 0) return;
    if (to < stages.peek().length) {
      stageIndex.value = to;
      return;
    }
    stageIndex.value = 0;
    if (session.past.peek() === undefined) await session.step();
  }
}
