import { BatchNorm1d, lrAt, visit } from 'lanewise';
import { type Finding, findings, Recorder, Thinned } from 'lanewise/diagnostics';
import type { Run } from 'lanewise/makemore';
import { DrawnNames } from './drawn-names.js';
import { History } from './history.js';
import { recordDistances } from './norm-distances.js';
import { normsOf } from './norms.js';
import type { Drawn, Frame, Moment, NamePath } from './protocol.js';

/** Milliseconds from one drawing of names to the next while the run plays. */
const SAMPLING = 500;
/** Most records of how far running statistics are from a minibatch's, as a recorder has of its series. */
const RECORDS = 512;

/** What all runs of a visit have in common. */
export interface Terms {
  /** Above which an output counts as saturated. */
  threshold: number;
  /** Bytes for the kept moments of one run. */
  budget: number;
}

/** Looks at a run between its steps: its newest moment, its tracks over the steps, and what is kept to go back to. */
export class RunObserver {
  readonly recorder: Recorder;
  /** See `recordDistances`. */
  readonly #distances: Thinned;
  readonly names: DrawnNames;
  #history = new History();
  /** Loss of step 0, where that step was made elsewhere. */
  #firstLoss: number | undefined;
  /** The first rate that was a problem: later the weights that it blew up hide it. */
  #rate: (Finding & { step: number }) | undefined;
  #moment: Moment | undefined;
  /** Whether the layers hold what `#moment` was made of. */
  #intact = false;
  #sampled = Number.NEGATIVE_INFINITY;

  private constructor(
    readonly id: number,
    readonly run: Run,
    readonly terms: Terms,
  ) {
    this.recorder = new Recorder(run.trainer, { threshold: terms.threshold });
    const norms = run.model.layers.filter((layer) => layer instanceof BatchNorm1d);
    this.#distances = new Thinned(2 * norms.length, RECORDS);
    this.names = new DrawnNames(run);
  }

  /** Of a run before a step of this visit: on the first examples, with the batch's own statistics as in training. */
  static async of(id: number, run: Run, terms: Terms): Promise<RunObserver> {
    const observer = new RunObserver(id, run, terms);
    await observer.#begin();
    observer.keep();
    return observer;
  }

  /** Of a run that goes on from a kept moment of this one. */
  branch(id: number, run: Run, step: number): RunObserver {
    const { moment } = this.#history.at(step);
    const branch = new RunObserver(id, run, this.terms);
    branch.recorder.copy(this.recorder, step);
    branch.#firstLoss = this.#firstLoss;
    branch.#rate = this.#rate && this.#rate.step <= step ? this.#rate : undefined;
    branch.#distances.copy(this.#distances.track(), step);
    branch.#history = this.#history.branch(step, id);
    branch.#moment = { ...moment, run: id };
    branch.names.branch(this.names, moment);
    branch.#sampled = 0;
    return branch;
  }

  /** The losses of the steps that were made before this visit. */
  recall(losses: readonly (readonly [step: number, loss: number])[]): void {
    for (const [step, loss] of losses) this.recorder.losses.push(step, () => loss);
    if (losses[0]?.[0] === 0) this.#firstLoss = losses[0][1];
  }

  async #begin(): Promise<void> {
    const { trainer, dataset, settings, model } = this.run;
    const { x, y } = dataset.train;
    const count = Math.min(settings.batch, dataset.train.count);
    const first = { x: x.subarray(0, count * settings.context), y: y.subarray(0, count), count };
    await visit(trainer, first, () => this.look(), { statistics: 'batch' });
    // While the layers were looked at, that batch was in the running statistics; now they are what they begin with.
    if (this.#moment !== undefined) this.#moment.norms = normsOf(model.layers);
    this.#intact = true;
    this.#remember();
  }

  /** After each step of the run. */
  onStep(step: number, loss: number): void {
    this.recorder.onStep(step, loss);
    recordDistances(this.#distances, this.run.model.layers, step);
    if (step + 1 >= this.#history.next) this.keep();
    if (isMilestone(step + 1)) this.#remember();
  }

  #remember(): void {
    this.now(true);
    this.names.remember();
  }

  /** Keeps the moment after the last step, to go back to. */
  keep(): void {
    const moment = this.now(true);
    this.#history.keep(moment, () => this.run.save(), this.terms.budget);
    const { step, findings: found } = moment;
    // Of kept moments only: whoever looks at a run, and when, changes nothing.
    const rate = found.find(({ rule, severity }) => rule === 'rate-high' && severity === 'problem');
    if (rate === undefined || this.#rate !== undefined) return;
    this.#rate = {
      ...rate,
      step,
      text: rate.text.replace(/^An update is/, `At step ${step - 1} an update was`),
    };
  }

  thin(): void {
    this.#history.thin(this.terms.budget);
  }

  /** The layers are about to be used for something else. */
  disturb(): void {
    this.#intact = false;
  }

  setThreshold(threshold: number): void {
    this.recorder.threshold = threshold;
    // Counted again while the layers still hold what the moment was made of.
    const moment = this.#moment;
    if (moment?.step !== this.run.trainer.steps || !this.#intact) return;
    const { loss, samples, sampledAt, origins, norms } = moment;
    this.#moment = { ...this.#momentOf(loss), samples, sampledAt, origins, norms };
  }

  /** The kept moment of a step, with the run as a checkpoint. */
  at(step: number): { moment: Moment; checkpoint: Uint8Array } {
    return this.#history.at(step);
  }

  /** The newest moment, as it was last looked at. */
  get last(): Moment | undefined {
    return this.#moment;
  }

  /** The moment after the last step, looked at once: what an evaluation leaves in the layers is another's. */
  now(fresh: boolean): Moment {
    const { steps } = this.run.trainer;
    let moment = this.#moment;
    if (moment?.step !== steps) {
      moment = this.look();
      this.#intact = true;
    }
    const now = performance.now();
    if (fresh ? this.names.last.step !== steps : now - this.#sampled > SAMPLING) {
      this.#sampled = now;
      this.names.draw();
    }
    const { step: sampledAt, samples, origins } = this.names.last;
    return Object.assign(moment, { samples, sampledAt, origins });
  }

  /** Looks at the layers as they are, also where the step that left them so was not completed. */
  look(): Moment {
    this.#moment = this.#momentOf(this.run.trainer.lastLoss);
    return this.#moment;
  }

  #momentOf(loss: number | undefined): Moment {
    const { trainer, model } = this.run;
    const snapshot = this.recorder.snapshot({ images: this.recorder.threshold });
    const step = trainer.steps;
    const { first, firstLoss = this.#firstLoss } = this.recorder;
    const found = findings(snapshot, { firstLoss, first, rate: this.#rate });
    return {
      run: this.id,
      step,
      loss,
      lr: lrAt(trainer.optimizer, step),
      snapshot,
      samples: [],
      sampledAt: step,
      origins: [],
      findings: found,
      norms: normsOf(model.layers),
    };
  }

  /** Over the steps so far. */
  tracks(): Pick<Frame, 'losses' | 'series' | 'normDistances' | 'kept' | 'milestones'> {
    const { losses, series } = this.recorder;
    return {
      losses: losses.track(),
      series: series.track(),
      normDistances: this.#distances.track(),
      kept: this.#history.steps,
      milestones: this.names.milestones,
    };
  }

  /** Names drawn with another seed than the run's own: from the network as it is, or as it was at a kept step. */
  async draw(step: number | undefined, seed: number): Promise<Drawn> {
    const past = step !== undefined && step !== this.run.trainer.steps;
    const drawn = past ? await this.names.drawFrom(this.#history.at(step), seed) : this.names.draw(seed);
    return { step: drawn.step, samples: drawn.samples, origins: drawn.origins };
  }

  /** How a name was drawn; see `Engine.namePath`. */
  async namePath(drawn: { step: number; seed?: number }, index: number): Promise<NamePath> {
    const known = this.names.find(drawn);
    const { step, paths } = known ?? (await this.names.drawFrom(this.#history.at(drawn.step), drawn.seed));
    const path = paths[index];
    if (path === undefined)
      throw new RangeError(`namePath: expected a name from 0 to ${paths.length - 1}, got ${index}`);
    return { step, ...path };
  }
}

/** Steps whose names are remembered: 0, 10, 100, 1000 … */
export const isMilestone = (step: number): boolean => {
  if (step === 0) return true;
  const power = Math.log10(step);
  return power >= 1 && Number.isInteger(power);
};
