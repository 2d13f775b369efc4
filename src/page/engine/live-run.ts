import { DivergenceError, findings, Generator } from 'lanewise';
import { type NameList, Run, type RunSettings, readRun, Sampler } from 'lanewise/makemore';
import type { Evaluation, Frame, Moment, RunInfo, RunState } from '../protocol.js';
import { History } from './history.js';
import { normsOf } from './norms.js';
import { Tracks } from './tracks.js';

const SAMPLES = 12;
/** Milliseconds from one drawing of names to the next while the run plays, and between two readings of its speed. */
const SAMPLING = 500;
const SPEED = 500;

export interface Shared {
  /** Above which an output counts as saturated. */
  threshold: number;
  /** Bytes for the kept moments of one run. */
  budget: number;
}

/** A run that trains while it is looked at: its moments, its tracks over the steps, and what it keeps to go back to. */
export class LiveRun {
  readonly tracks: Tracks;
  state: RunState = 'paused';
  evaluation: Evaluation | undefined;
  #history = new History();
  #message: string | undefined;
  #firstLoss: number | undefined;
  #moment: Moment | undefined;
  #samples: string[] = [];
  #sampled = { time: Number.NEGATIVE_INFINITY, step: -1 };
  readonly #sampler: Sampler;
  readonly #generator: Generator;
  #stop = new AbortController();
  #playing: Promise<void> | undefined;
  #speed = 0;
  #clock = { time: 0, step: 0 };

  private constructor(
    readonly info: RunInfo,
    readonly run: Run,
    readonly shared: Shared,
  ) {
    this.tracks = new Tracks(run.trainer, shared.threshold);
    const { core, model, dataset, settings } = run;
    this.#generator = new Generator(samplingSeed(settings));
    const { vocabulary } = dataset;
    const contextLength = settings.context;
    this.#sampler = new Sampler({ core, model, vocabulary, contextLength, generator: this.#generator });
  }

  static async open(
    id: number,
    names: NameList,
    settings: RunSettings,
    backend: 'auto' | 'wasm' | 'js',
    shared: Shared,
  ): Promise<LiveRun> {
    const run = await Run.prepare(names, settings, { backend });
    const live = new LiveRun(infoOf(id, run), run, shared);
    await live.#begin();
    live.#keep(live.#moment as Moment);
    return live;
  }

  /** A second run from a kept moment of this one. */
  async fork(id: number, step: number): Promise<LiveRun> {
    const { moment, checkpoint } = this.#history.at(step);
    const { names, settings, core } = this.run;
    const saved = readRun(checkpoint, `step ${step} of run ${this.info.id}`);
    const run = await Run.resume(names, saved, { backend: core.backend, steps: settings.steps });
    const live = new LiveRun({ ...infoOf(id, run), parent: { id: this.info.id, step } }, run, this.shared);
    live.tracks.losses.copy(this.tracks.losses.track(), step);
    live.tracks.series.copy(this.tracks.series.track(), step);
    live.tracks.normDistances.copy(this.tracks.normDistances.track(), step);
    live.tracks.threshold = this.shared.threshold;
    live.#history = this.#history.branch(step, id);
    live.#moment = { ...moment, run: id };
    live.#samples = moment.samples;
    live.#sampled = { time: 0, step };
    live.#firstLoss = this.#firstLoss;
    return live;
  }

  /** The layers before any step: on the first examples, with the batch's own statistics as in training. */
  async #begin(): Promise<void> {
    const { trainer, dataset, settings } = this.run;
    const { x, y } = dataset.train;
    const count = Math.min(settings.batch, dataset.train.count);
    const first = { x: x.subarray(0, count * settings.context), y: y.subarray(0, count), count };
    await trainer.visit(
      first,
      () => {
        this.#moment = this.#look(undefined);
      },
      { statistics: 'batch' },
    );
    // While the layers were looked at, that batch was in the running statistics; now they are what they begin with.
    if (this.#moment !== undefined) this.#moment.norms = normsOf(this.run.model.layers);
    this.#samples = this.#sample();
    if (this.#moment !== undefined) this.#moment.samples = this.#samples;
  }

  /** Trains until so many steps are made, `pause`, or divergence; an earlier call has to have ended. */
  async play(until: number): Promise<void> {
    if (this.#playing !== undefined)
      throw new Error(`LiveRun.play: expected run ${this.info.id} to be at rest, got one that plays`);
    if (this.state === 'diverged' || this.run.trainer.steps >= until) return;
    this.#stop = new AbortController();
    this.state = 'playing';
    this.#clock = { time: performance.now(), step: this.run.trainer.steps };
    this.#playing = this.#train(until, this.#stop.signal);
    try {
      await this.#playing;
    } finally {
      this.#playing = undefined;
    }
  }

  async pause(): Promise<void> {
    this.#stop.abort();
    await this.#playing;
  }

  /** Work on the layers that no step may come between. */
  async atRest<T>(work: () => Promise<T>): Promise<T> {
    await this.pause();
    return work();
  }

  async #train(until: number, signal: AbortSignal): Promise<void> {
    try {
      await this.run.train({
        until,
        signal,
        onStep: (step, loss) => {
          if (step === 0) this.#firstLoss = loss;
          this.tracks.onStep(step, loss);
          if (step + 1 >= this.#history.next) this.#keep(this.#now(true));
        },
      });
      this.state = this.run.trainer.steps >= this.run.settings.steps ? 'finished' : 'paused';
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      this.state = 'diverged';
      this.#message = error.message;
      this.#moment = this.#look(this.run.trainer.lastLoss);
    }
    const moment = this.#now(true);
    if (this.state !== 'diverged') this.#keep(moment);
  }

  #keep(moment: Moment): void {
    this.#history.keep(moment, this.run.save(), this.shared.budget);
  }

  thin(): void {
    this.#history.thin(this.shared.budget);
  }

  setThreshold(threshold: number): void {
    this.tracks.threshold = threshold;
  }

  moment(step: number): Moment {
    return this.#history.at(step).moment;
  }

  checkpoint(step?: number): Uint8Array {
    return step === undefined || step === this.run.trainer.steps
      ? this.run.save()
      : this.#history.at(step).checkpoint;
  }

  frame(): Frame {
    const { losses, series, normDistances } = this.tracks;
    return {
      ...this.#now(this.state !== 'playing'),
      state: this.state,
      message: this.#message,
      losses: losses.track(),
      series: series.track(),
      normDistances: normDistances.track(),
      kept: this.#history.steps,
      stepsPerSecond: this.#stepsPerSecond(),
      evaluation: this.evaluation,
    };
  }

  /** The moment after the last step, looked at once: what an evaluation or a drawing leaves in the layers is another's. */
  #now(fresh: boolean): Moment {
    const { steps, lastLoss } = this.run.trainer;
    if (this.#moment?.step !== steps) this.#moment = this.#look(lastLoss);
    const now = performance.now();
    const { time, step } = this.#sampled;
    if (fresh ? step !== steps : now - time > SAMPLING) this.#samples = this.#sample();
    this.#moment.samples = this.#samples;
    return this.#moment;
  }

  #look(loss: number | undefined): Moment {
    const { trainer } = this.run;
    const snapshot = this.tracks.watcher.snapshot({ images: true });
    return {
      run: this.info.id,
      step: trainer.steps,
      loss,
      lr: trainer.optimizer.lrOf(trainer.steps),
      snapshot,
      samples: [],
      findings: findings(snapshot, { firstLoss: this.#firstLoss }),
      norms: normsOf(this.run.model.layers),
    };
  }

  #sample(): string[] {
    this.#sampled = { time: performance.now(), step: this.run.trainer.steps };
    this.#generator.manualSeed(samplingSeed(this.run.settings));
    try {
      return this.#sampler.names(SAMPLES);
    } catch (error) {
      // Logits that are no numbers have no names.
      if (error instanceof RangeError) return [];
      throw error;
    }
  }

  #stepsPerSecond(): number {
    const { time, step } = this.#clock;
    const now = performance.now();
    const { steps } = this.run.trainer;
    if (this.state === 'playing' && now - time >= SPEED) {
      this.#speed = ((steps - step) / (now - time)) * 1000;
      this.#clock = { time: now, step: steps };
    }
    return this.#speed;
  }

  dispose(): void {
    this.run.dispose();
  }
}

/** As `Run.sample` draws: the run's seed + 10. */
const samplingSeed = ({ seed }: RunSettings): bigint => BigInt.asUintN(64, BigInt(seed) + 10n);

function infoOf(id: number, { settings, names, dataset, core, parameters }: Run): RunInfo {
  return {
    id,
    settings,
    names: {
      source: names.source,
      sha256: names.sha256,
      count: names.names.length,
      blankLines: names.blankLines,
      lecture: names.lecture,
    },
    parameters,
    vocabulary: dataset.vocabulary.tokens,
    examples: { train: dataset.train.count, val: dataset.val.count, test: dataset.test.count },
    backend: core.backend,
    arithmetic: core.arithmetic,
    reason: core.reason,
  };
}
