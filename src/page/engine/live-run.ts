import { DivergenceError } from 'lanewise';
import { type NameList, Run, type RunSettings, readRun, type SavedRun } from 'lanewise/makemore';
import { presets } from '../settings/fields.js';
import { LastStep, StepAhead } from './flowed.js';
import { infoOf } from './info.js';
import type { Lockstep } from './lockstep.js';
import { matricesIn, matricesOf, spectrumOf } from './matrices.js';
import { NetworkViewer } from './network-view.js';
import { calibratedNorms } from './norms.js';
import type {
  Drawn,
  Evaluation,
  Frame,
  MatricesReport,
  Moment,
  NamePath,
  NetworkRequest,
  NetworkView,
  RunInfo,
  RunState,
  SpectrumReport,
} from './protocol.js';
import { reportOf } from './report.js';
import { RunObserver, type Terms } from './run-observer.js';
import { Speed } from './speed.js';
import type { SpeedLimit } from './speed-limit.js';
import { yieldToMessages } from './yield-to-messages.js';

/** Milliseconds between two readings of the speed. */
const SPEED = 500;
/** Below which a run was too short for its speed to say anything. */
const BRIEF = 50;

interface Shared extends Terms {
  lockstep: Lockstep;
  speedLimit: SpeedLimit;
}

/** A run that plays and rests: it makes steps while it is looked at, and what is asked of it is done between them. */
export class LiveRun {
  state: RunState = 'paused';
  evaluation: Evaluation | undefined;
  #message: string | undefined;
  /** Where it comes to rest, and what ends the steps before that. */
  #goal = 0;
  #stop = new AbortController();
  /** On the way to rest no limit holds. */
  #resting = false;
  #playing: Promise<void> | undefined;
  readonly #speed = new Speed();
  readonly #viewer = new NetworkViewer();
  readonly #lastStep: LastStep;
  /** Steps that were made when the layers were last used for something else than a step. */
  #disturbedAt: number;
  #ahead: Promise<StepAhead> | undefined;
  #aheadOf: number | undefined;

  private constructor(
    readonly info: RunInfo,
    readonly run: Run,
    readonly shared: Shared,
    readonly observer: RunObserver,
  ) {
    this.#lastStep = new LastStep(run);
    this.#disturbedAt = run.trainer.steps;
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
    live.observer.recall(losses);
    return live;
  }

  static async #first(info: RunInfo, run: Run, shared: Shared): Promise<LiveRun> {
    try {
      return new LiveRun(info, run, shared, await RunObserver.of(info.id, run, shared));
    } catch (error) {
      run.dispose();
      throw error;
    }
  }

  /** A second run from a kept moment of this one. */
  async fork(id: number, step: number): Promise<LiveRun> {
    const run = await this.#resume(step);
    const { file, reason } = this.info;
    const parent = { id: this.info.id, step };
    const info = { ...infoOf(id, run), reason, parent, ...(file && { file }) };
    try {
      return new LiveRun(info, run, this.shared, this.observer.branch(id, run, step));
    } catch (error) {
      run.dispose();
      throw error;
    }
  }

  /** The network of a kept moment, in a run of its own. */
  async #resume(step: number): Promise<Run> {
    const { names, settings, core } = this.run;
    const saved = readRun(this.observer.at(step).checkpoint, `step ${step} of run ${this.info.id}`);
    return Run.resume(names, saved, { backend: core.backend, steps: settings.steps });
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
    this.#dropAhead();
    this.state = 'playing';
    this.#resting = false;
    this.#speed.start(this.steps);
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
    this.#resting = true;
    this.interrupt();
    await this.#playing;
  }

  interrupt(): void {
    this.#stop.abort();
  }

  async #train(): Promise<void> {
    const { lockstep, speedLimit } = this.shared;
    lockstep.enter(this);
    try {
      while (this.steps < this.#goal) {
        const portion = this.#resting ? Number.POSITIVE_INFINITY : speedLimit.portion;
        const until = Math.min(this.#goal, lockstep.limit(this), this.steps + portion);
        if (this.steps < until) await this.#trainUntil(until);
        else await yieldToMessages();
        if (this.steps < this.#goal && !this.#resting) await speedLimit.rest(this.#stop.signal);
      }
      this.state = this.steps >= this.run.settings.steps ? 'finished' : 'paused';
    } catch (error) {
      if (!(error instanceof DivergenceError)) {
        this.state = 'paused';
        throw error;
      }
      this.state = 'diverged';
      this.#message = error.message;
      this.observer.look();
    } finally {
      lockstep.leave(this);
    }
    this.#speed.measure(this.steps, BRIEF);
    this.observer.now(true);
    if (this.state !== 'diverged') this.observer.keep();
  }

  async #trainUntil(until: number): Promise<void> {
    this.#stop = new AbortController();
    await this.run.train({
      until,
      signal: this.#stop.signal,
      onStep: (step, loss) => this.observer.onStep(step, loss),
    });
  }

  /** Work on the layers that no step may come between. */
  async atRest<T>(work: () => Promise<T>): Promise<T> {
    await this.pause();
    if (this.#intact) this.#lastStep.keep();
    this.observer.disturb();
    this.#disturbedAt = this.steps;
    return work();
  }

  /**
   * Work at rest on the network as it was at a kept step; on the run itself where none is given, or the last one. Only
   * there the parameters' gradients may be those of the last step: `gradients` says so.
   */
  async at<T>(step: number | undefined, work: (run: Run, gradients: boolean) => Promise<T>): Promise<T> {
    await this.pause();
    if (step === undefined || step === this.steps) return this.atRest(() => work(this.run, this.#stepped));
    const run = await this.#resume(step);
    try {
      return await work(run, false);
    } finally {
      run.dispose();
    }
  }

  frame(): Frame {
    if (this.state === 'playing') this.#speed.measure(this.steps, SPEED);
    return {
      ...this.observer.now(this.state !== 'playing'),
      ...this.observer.tracks(),
      state: this.state,
      message: this.#message,
      stepsPerSecond: this.#speed.perSecond,
      evaluation: this.evaluation,
    };
  }

  /** Whether the layers hold what the last step left there. */
  get #intact(): boolean {
    return this.steps > this.#disturbedAt && this.state !== 'diverged';
  }

  /**
   * What flowed through the network in its last step. Of a kept step, where that is asked for, and where there is no
   * last step: what flows in the step after it, which a run of its own makes.
   */
  async networkView(request: NetworkRequest): Promise<NetworkView> {
    const { id } = this.info;
    const { threshold } = this.shared;
    const { step = this.steps } = request;
    const here = step === this.steps && (this.#intact || this.#lastStep.kept !== undefined);
    if (here && request.ahead !== true) return this.#viewer.view(id, this.#lastStep, request, threshold);
    return this.#viewer.view(id, await this.#stepAfter(step), request, threshold);
  }

  /** Kept until another one is asked for. */
  #stepAfter(step: number): Promise<StepAhead> {
    if (this.#aheadOf === step && this.#ahead !== undefined) return this.#ahead;
    this.#dropAhead();
    this.#aheadOf = step;
    const ahead = StepAhead.of(this.run, step, this.checkpoint(step));
    this.#ahead = ahead;
    ahead.catch(() => {
      if (this.#ahead === ahead) this.#ahead = undefined;
    });
    return ahead;
  }

  #dropAhead(): void {
    void this.#ahead?.then(
      (ahead) => ahead.dispose(),
      () => {},
    );
    this.#ahead = undefined;
  }

  moment(step: number): Moment {
    return this.observer.at(step).moment;
  }

  checkpoint(step?: number): Uint8Array {
    return step === undefined || step === this.steps ? this.run.save() : this.observer.at(step).checkpoint;
  }

  /** Names drawn with another seed than the run's own: from the network as it is, or as it was at a kept step. */
  draw(step: number | undefined, seed: number): Promise<Drawn> {
    return this.observer.draw(step, seed);
  }

  namePath(drawn: { step: number; seed?: number }, index: number): Promise<NamePath> {
    return this.observer.namePath(drawn, index);
  }

  /** Whether a step was made here, so that the parameters have gradients. */
  get #stepped(): boolean {
    const { parent, file } = this.info;
    return this.steps > (parent?.step ?? file?.step ?? 0);
  }

  /** Weight matrices between two steps, or of a kept moment. */
  async matrices(names: readonly string[] | undefined, step: number | undefined): Promise<MatricesReport> {
    const { id } = this.info;
    if (step === undefined || step === this.steps)
      return { run: id, step: this.steps, matrices: matricesOf(this.run.model, names, this.#stepped) };
    const { checkpoint } = this.observer.at(step);
    return { run: id, step, matrices: await matricesIn(checkpoint, names) };
  }

  async spectrum(name: string, step: number | undefined): Promise<SpectrumReport> {
    const { run, step: at, matrices } = await this.matrices([name], step);
    return { run, step: at, name, ...spectrumOf(matrices[0]) };
  }

  thin(): void {
    this.observer.thin();
  }

  setThreshold(threshold: number): void {
    this.observer.setThreshold(threshold);
  }

  /** The report of the last moment, as `reportOf` makes it. */
  async report(version: string): Promise<string> {
    return this.atRest(async () => {
      const sound = this.state !== 'diverged' && (await this.#evaluated());
      const { run, observer } = this;
      const last = this.steps > 0 || run.divergence ? observer.last : undefined;
      return reportOf(run, { recorder: observer.recorder, last, evaluated: sound, version });
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

  dispose(): void {
    this.#dropAhead();
    this.run.dispose();
  }
}
