import { BatchNorm1d, DivergenceError, findings, Recorder, Thinned } from 'lanewise';
import { type NameList, Run, type RunSettings, readRun, type SavedRun } from 'lanewise/makemore';
import type { Drawn, Evaluation, Frame, Moment, RunInfo, RunState } from '../protocol.js';
import { presets } from '../settings/fields.js';
import { breathe } from './breathe.js';
import { Drawer, type Names } from './drawing.js';
import { History } from './history.js';
import { infoOf } from './info.js';
import { recordDistances } from './norm-distances.js';
import { calibratedNorms, normsOf } from './norms.js';
import { isMilestone } from './origins.js';
import type { Pace } from './pace.js';
import { reportOf } from './report.js';

/** Milliseconds from one drawing of names to the next while the run plays, and between two readings of its speed. */
const SAMPLING = 500;
const SPEED = 500;
/** Below which a run was too short for its speed to say anything. */
const BRIEF = 50;
/** Most records of how far running statistics are from a minibatch's, as a recorder has of its series. */
const RECORDS = 512;

export interface Shared {
  /** Above which an output counts as saturated. */
  threshold: number;
  /** Bytes for the kept moments of one run. */
  budget: number;
  pace: Pace;
}

/** A run that trains while it is looked at: its moments, its tracks over the steps, and what it keeps to go back to. */
export class LiveRun {
  readonly recorder: Recorder;
  /** See `recordDistances`. */
  readonly normDistances: Thinned;
  state: RunState = 'paused';
  evaluation: Evaluation | undefined;
  #history = new History();
  #message: string | undefined;
  /** Loss of step 0, where that step was made elsewhere. */
  #firstLoss: number | undefined;
  #moment: Moment | undefined;
  /** Whether the layers hold what `#moment` was made of. */
  #intact = false;
  #names: Names = { samples: [], origins: [] };
  #milestones: Drawn[] = [];
  #sampled = { time: Number.NEGATIVE_INFINITY, step: -1 };
  readonly #drawer: Drawer;
  /** Where it comes to rest, and what ends the steps before that. */
  #goal = 0;
  #stop = new AbortController();
  #playing: Promise<void> | undefined;
  #speed = 0;
  #clock = { time: 0, step: 0 };

  private constructor(
    readonly info: RunInfo,
    readonly run: Run,
    readonly shared: Shared,
  ) {
    this.recorder = new Recorder(run.trainer, { threshold: shared.threshold });
    const norms = run.model.layers.filter((layer) => layer instanceof BatchNorm1d);
    this.normDistances = new Thinned(2 * norms.length, RECORDS);
    this.#drawer = new Drawer(run);
  }

  static async open(
    id: number,
    names: NameList,
    settings: RunSettings,
    backend: 'auto' | 'wasm' | 'js',
    shared: Shared,
  ): Promise<LiveRun> {
    const run = await Run.prepare(names, settings, { backend });
    return LiveRun.#first(infoOf(id, run), run, shared);
  }

  /** A run that goes on from a checkpoint of the page or of the command; one that is at its end goes on beyond it. */
  static async resume(id: number, names: NameList, saved: SavedRun, shared: Shared): Promise<LiveRun> {
    const { source, step, losses, settings } = saved;
    const steps = step < settings.steps ? settings.steps : Math.max(presets[settings.net].steps, 2 * step);
    const run = await Run.resume(names, saved, { steps });
    const live = await LiveRun.#first({ ...infoOf(id, run), file: { source, step } }, run, shared);
    for (const [at, loss] of losses) live.recorder.losses.push(at, () => loss);
    if (losses[0]?.[0] === 0) live.#firstLoss = losses[0][1];
    return live;
  }

  static async #first(info: RunInfo, run: Run, shared: Shared): Promise<LiveRun> {
    try {
      const live = new LiveRun(info, run, shared);
      await live.#begin();
      live.#keep(live.#moment as Moment);
      return live;
    } catch (error) {
      run.dispose();
      throw error;
    }
  }

  /** A second run from a kept moment of this one. */
  async fork(id: number, step: number): Promise<LiveRun> {
    const { moment } = this.#history.at(step);
    const run = await this.#resume(step);
    const live = new LiveRun(
      { ...infoOf(id, run), reason: this.info.reason, parent: { id: this.info.id, step } },
      run,
      this.shared,
    );
    live.recorder.copy(this.recorder, step);
    live.#firstLoss = this.#firstLoss;
    live.normDistances.copy(this.normDistances.track(), step);
    live.#history = this.#history.branch(step, id);
    live.#moment = { ...moment, run: id };
    live.#names = moment;
    live.#milestones = this.#milestones.filter((drawn) => drawn.step <= step);
    live.#sampled = { time: 0, step };
    return live;
  }

  /** The network of a kept moment, in a run of its own. */
  async #resume(step: number): Promise<Run> {
    const { names, settings, core } = this.run;
    const saved = readRun(this.#history.at(step).checkpoint, `step ${step} of run ${this.info.id}`);
    return Run.resume(names, saved, { backend: core.backend, steps: settings.steps });
  }

  /** The layers before a step of this visit: on the first examples, with the batch's own statistics as in training. */
  async #begin(): Promise<void> {
    const { trainer, dataset, settings } = this.run;
    const { x, y } = dataset.train;
    const count = Math.min(settings.batch, dataset.train.count);
    const first = { x: x.subarray(0, count * settings.context), y: y.subarray(0, count), count };
    await trainer.visit(
      first,
      () => {
        this.#moment = this.#look(trainer.lastLoss);
      },
      { statistics: 'batch' },
    );
    // While the layers were looked at, that batch was in the running statistics; now they are what they begin with.
    if (this.#moment !== undefined) this.#moment.norms = normsOf(this.run.model.layers);
    this.#intact = true;
    this.#remember(this.#now(true));
  }

  #remember({ step, samples, origins }: Moment): void {
    this.#milestones.push({ step, samples, origins });
  }

  get steps(): number {
    return this.run.trainer.steps;
  }

  /** Trains until so many steps are made, `pause`, or divergence; an earlier call has to have ended. */
  async play(until: number): Promise<void> {
    if (this.#playing !== undefined)
      throw new Error(`LiveRun.play: expected run ${this.info.id} to be at rest, got one that plays`);
    this.#goal = Math.min(until, this.run.settings.steps);
    if (this.state === 'diverged' || this.steps >= this.#goal) return;
    this.state = 'playing';
    this.#clock = { time: performance.now(), step: this.steps };
    this.#playing = this.#train();
    try {
      await this.#playing;
    } finally {
      this.#playing = undefined;
    }
  }

  /** Comes to rest at once, or at a step that is near. */
  async pause(at = this.steps): Promise<void> {
    this.#goal = Math.min(this.#goal, at);
    this.interrupt();
    await this.#playing;
  }

  interrupt(): void {
    this.#stop.abort();
  }

  /** Work on the layers that no step may come between. */
  async atRest<T>(work: () => Promise<T>): Promise<T> {
    await this.pause();
    this.#intact = false;
    return work();
  }

  /**
   * Work at rest on the network as it was at a kept step; on the run itself where none is given, or the last one. Only
   * there the parameters' gradients may be those of the last step: `gradients` says so.
   */
  async at<T>(step: number | undefined, work: (run: Run, gradients: boolean) => Promise<T>): Promise<T> {
    await this.pause();
    const { steps } = this;
    if (step === undefined || step === steps)
      return this.atRest(() => work(this.run, steps > (this.info.parent?.step ?? 0)));
    const run = await this.#resume(step);
    try {
      return await work(run, false);
    } finally {
      run.dispose();
    }
  }

  async #train(): Promise<void> {
    const { pace } = this.shared;
    pace.enter(this);
    try {
      while (this.steps < this.#goal) {
        const until = Math.min(this.#goal, pace.limit(this));
        if (this.steps < until) await this.#trainUntil(until);
        else await breathe();
      }
      this.state = this.steps >= this.run.settings.steps ? 'finished' : 'paused';
    } catch (error) {
      if (!(error instanceof DivergenceError)) {
        this.state = 'paused';
        throw error;
      }
      this.state = 'diverged';
      this.#message = error.message;
      this.#moment = this.#look(this.run.trainer.lastLoss);
    } finally {
      pace.leave(this);
    }
    this.#measureSpeed(BRIEF);
    const moment = this.#now(true);
    if (this.state !== 'diverged') this.#keep(moment);
  }

  async #trainUntil(until: number): Promise<void> {
    this.#stop = new AbortController();
    await this.run.train({
      until,
      signal: this.#stop.signal,
      onStep: (step, loss) => {
        this.recorder.onStep(step, loss);
        recordDistances(this.normDistances, this.run.model.layers, step);
        if (step + 1 >= this.#history.next) this.#keep(this.#now(true));
        if (isMilestone(step + 1)) this.#remember(this.#now(true));
      },
    });
  }

  #keep(moment: Moment): void {
    this.#history.keep(moment, this.run.save(), this.shared.budget);
  }

  thin(): void {
    this.#history.thin(this.shared.budget);
  }

  setThreshold(threshold: number): void {
    this.recorder.threshold = threshold;
    // Counted again while the layers still hold what the moment was made of.
    const { samples = [], origins = [], norms = [] } = this.#moment ?? {};
    if (this.#moment?.step === this.steps && this.#intact)
      this.#moment = { ...this.#look(this.#moment.loss), samples, origins, norms };
  }

  moment(step: number): Moment {
    return this.#history.at(step).moment;
  }

  checkpoint(step?: number): Uint8Array {
    return step === undefined || step === this.run.trainer.steps
      ? this.run.save()
      : this.#history.at(step).checkpoint;
  }

  /** The report of the last moment, as `reportOf` makes it. */
  async report(version: string): Promise<string> {
    return this.atRest(async () => {
      const sound = this.state !== 'diverged' && (await this.#evaluated());
      const { run, recorder } = this;
      const last = this.steps > 0 || run.divergence ? this.#moment : undefined;
      return reportOf(run, { recorder, last, evaluated: sound, version });
    });
  }

  /** As the command does at the end of a run; false where a loss is no number, as the last step may have left it. */
  async #evaluated(): Promise<boolean> {
    try {
      if (this.evaluation?.step !== this.steps) await this.#evaluate();
      return true;
    } catch (error) {
      if (error instanceof DivergenceError) return false;
      throw error;
    }
  }

  /** Losses over the whole splits. */
  evaluate(): Promise<Evaluation> {
    return this.atRest(() => this.#evaluate());
  }

  async #evaluate(): Promise<Evaluation> {
    await this.run.evaluate();
    const { final } = this.run;
    if (final === null) throw new Error('evaluate: expected losses, got none');
    this.run.sample();
    this.evaluation = { step: this.steps, ...final, norms: calibratedNorms(this.run.model.layers) };
    return this.evaluation;
  }

  frame(): Frame {
    const { losses, series } = this.recorder;
    const { normDistances } = this;
    if (this.state === 'playing') this.#measureSpeed(SPEED);
    return {
      ...this.#now(this.state !== 'playing'),
      state: this.state,
      message: this.#message,
      losses: losses.track(),
      series: series.track(),
      normDistances: normDistances.track(),
      kept: this.#history.steps,
      stepsPerSecond: this.#speed,
      evaluation: this.evaluation,
      milestones: this.#milestones,
    };
  }

  /** The moment after the last step, looked at once: what an evaluation leaves in the layers is another's. */
  #now(fresh: boolean): Moment {
    const { steps, lastLoss } = this.run.trainer;
    if (this.#moment?.step !== steps) {
      this.#moment = this.#look(lastLoss);
      this.#intact = true;
    }
    const now = performance.now();
    const { time, step } = this.#sampled;
    if (fresh ? step !== steps : now - time > SAMPLING) {
      this.#sampled = { time: now, step: steps };
      this.#names = this.#drawer.draw();
    }
    const { samples, origins } = this.#names;
    return Object.assign(this.#moment, { samples, origins });
  }

  #look(loss: number | undefined): Moment {
    const { trainer } = this.run;
    const snapshot = this.recorder.snapshot({ images: true });
    return {
      run: this.info.id,
      step: trainer.steps,
      loss,
      lr: trainer.optimizer.lrOf(trainer.steps),
      snapshot,
      samples: [],
      origins: [],
      findings: findings(snapshot, { firstLoss: this.recorder.firstLoss ?? this.#firstLoss }),
      norms: normsOf(this.run.model.layers),
    };
  }

  /** Names drawn with another seed than the run's own: from the network as it is, or as it was at a kept step. */
  async draw(step: number | undefined, seed: number): Promise<Drawn> {
    const { steps } = this.run.trainer;
    if (step !== undefined && step !== steps)
      return { step, ...(await this.#drawer.drawFrom(this.#history.at(step).checkpoint, seed)) };
    return { step: steps, ...this.#drawer.draw(seed) };
  }

  /** Once so many milliseconds have gone by since the last time. */
  #measureSpeed(after: number): void {
    const { time, step } = this.#clock;
    const now = performance.now();
    if (now - time < after) return;
    this.#speed = ((this.steps - step) / (now - time)) * 1000;
    this.#clock = { time: now, step: this.steps };
  }

  dispose(): void {
    this.run.dispose();
  }
}
