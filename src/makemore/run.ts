import type { Core } from '../core/core.js';
import { BaseDisposable } from '../core/dispose.js';
import { expectInteger } from '../core/expect.js';
import { type LoadOptions, load } from '../core/load.js';
import type { Indices } from '../core/tensor.js';
import { fingerprint } from '../diagnostics/fingerprint.js';
import { loadCheckpoint, saveCheckpoint } from '../interchange/checkpoint.js';
import { CheckpointError } from '../interchange/checkpoint-file.js';
import { BatchNorm1d } from '../nn/batchnorm.js';
import type { Statistics } from '../nn/layer.js';
import { CrossEntropyLoss } from '../nn/losses/cross-entropy.js';
import type { Sequential } from '../nn/sequential.js';
import { stepSchedule } from '../optim/schedules.js';
import { SGD } from '../optim/sgd.js';
import { Generator } from '../random/generator.js';
import type { Signal } from '../train/abort.js';
import { now } from '../train/breathe.js';
import { DivergenceError } from '../train/divergence.js';
import { calibrate, type EvaluateOptions, evaluate } from '../train/evaluation.js';
import { explainDivergence } from '../train/explain/explain.js';
import { Trainer } from '../train/trainer.js';
import type { RunOptions } from '../train/trainer-options.js';
import { type Dataset, makeDataset, type Splits } from './dataset.js';
import type { NameList } from './names.js';
import type { RunOutcome, RunRecord } from './record.js';
import { Sampler } from './sample.js';
import { runMetadata, type SavedRun } from './saved.js';
import { createNetwork, normalises, type RunSettings } from './settings.js';

/** Names that a run draws at its end, and how far from the run's seed their generator is seeded. */
const SAMPLES = 20;
const SAMPLE_SEED_OFFSET = 10n;

/** The steps whose losses the record keeps; the last step's is kept too. */
const isKept = (step: number): boolean => step <= 1000 || step % 1000 === 0;

/** Of `Run.train`. */
export interface TrainUntil extends Omit<RunOptions, 'validation'> {
  /** Where to pause; default and most: the settings' number of steps. */
  until?: number | undefined;
}

/** Of `Run.evaluate`. */
export interface EvaluateRunOptions {
  signal?: Signal | undefined;
  /**
   * Called after each batch of a split: the layers' `out` are those of the batch then. With it every example is computed,
   * without it each distinct context once, which is far quicker: what is measured in a split asks `visit`.
   */
  onBatch?: ((split: keyof Splits<number>, statistics: Statistics) => void) | undefined;
  /** Called after each batch with what is being done, in words, and how much of it is. */
  onProgress?: OnProgress | undefined;
}

/** Called while something long is done: what it is, in words, and how much of how much is done. */
export type OnProgress = (what: string, done: number, count: number) => void;

/** Of `Run.resume`. */
export interface ResumeOptions extends LoadOptions {
  /** In place of the saved settings' number of steps; not less than were made. */
  steps?: number | undefined;
}

/**
 * One run of one of the lecture's networks on a list of names: data, network, training, evaluation, samples, record.
 * `Run.prepare` makes it; then `train`, `evaluate`, `sample` in that order, `record` and `save` at any time but while one of
 * them works, `dispose` at the end. `Run.resume` makes one that goes on where `save` was called.
 */
export class Run extends BaseDisposable {
  /** Losses as the record keeps them. */
  readonly losses: [number, number][] = [];
  readonly printed: [number, number][] = [];
  seconds = 0;
  final: RunOutcome['final'] = null;
  samples: string[] = [];
  stopped: RunOutcome['stopped'] = 'interrupted';
  divergence: DivergenceError | undefined;

  private constructor(
    readonly settings: Readonly<RunSettings>,
    readonly names: NameList,
    readonly dataset: Dataset,
    readonly core: Core,
    readonly model: Sequential<Indices>,
    readonly trainer: Trainer,
  ) {
    super();
  }

  /**
   * Makes data, core and network; nothing is trained yet.
   *
   * Errors: RangeError for a setting out of range, a batch of one with batch norm included; NamesError where the names
   * are too few to split; what `load` throws.
   */
  static async prepare(names: NameList, settings: RunSettings, options: LoadOptions = {}): Promise<Run> {
    const { seed, steps, batch, context, lr, lrAfter, lrDrop } = settings;
    expectInteger('Run', 'steps', steps, 0, Number.MAX_SAFE_INTEGER);
    expectInteger('Run', 'batch', batch, 1);
    if (batch < 2 && normalises(settings))
      throw new RangeError(
        `Run: expected a batch of at least 2 with batch norm (one row has no deviation), got ${batch}`,
      );
    const schedule = stepSchedule(lr, lrDrop, lrAfter);
    const generator = new Generator(seed);
    const dataset = makeDataset(names, { contextLength: context });
    const core = await load(options);
    try {
      const model = createNetwork(core, generator, settings, dataset.vocabulary.size);
      const optimizer = new SGD(model.parameters(), { lr: schedule });
      const examples = dataset.train;
      const loss = new CrossEntropyLoss();
      const explain = explainDivergence;
      const trainer = new Trainer({ model, loss, optimizer, examples, batchSize: batch, generator, explain });
      return new Run(settings, names, dataset, core, model, trainer);
    } catch (error) {
      core.dispose();
      throw error;
    }
  }

  /**
   * A run that goes on where `save` was called, and ends with the same bits as one that was never stopped. The names
   * are those it began with; its losses and its time so far are kept.
   *
   * Errors: as `prepare`; CheckpointError for other names, fewer steps than were made, or what `loadCheckpoint` refuses.
   */
  static async resume(names: NameList, saved: SavedRun, options: ResumeOptions = {}): Promise<Run> {
    const { bytes, source, settings, step, losses, seconds } = saved;
    const { steps = settings.steps, ...loading } = options;
    if (names.sha256 !== saved.names.sha256)
      throw new CheckpointError(
        `${source}: expected the names that the run began with, SHA-256 ${saved.names.sha256.slice(0, 12)}…, ` +
          `got ${names.source} with ${names.sha256.slice(0, 12)}…`,
      );
    if (steps < step)
      throw new CheckpointError(
        `${source}: expected at least the ${step} steps that were made, got ${steps}`,
      );
    const run = await Run.prepare(names, { ...settings, steps }, loading);
    try {
      loadCheckpoint(bytes, { model: run.model, trainer: run.trainer, source });
    } catch (error) {
      run.dispose();
      throw error;
    }
    run.losses.push(...losses);
    run.printed.push(...losses.filter(([at]) => at % 10_000 === 0));
    run.seconds = seconds;
    return run;
  }

  /**
   * The run as a checkpoint, from which `readRun` and `Run.resume` go on: the network and the minibatches' generator
   * as they are now, after `evaluate` with the calibrated statistics, the settings, the losses so far. The final losses and
   * the samples are not in it.
   */
  save(): Uint8Array {
    const { model, trainer, settings, names, dataset, losses, seconds } = this;
    const { vocabulary } = dataset;
    const metadata = runMetadata({
      settings,
      names: { path: names.source, sha256: names.sha256, count: names.names.length },
      vocabulary,
      losses,
      seconds,
      samplingSeed: this.#samplingSeed,
    });
    return saveCheckpoint({ model, trainer, metadata });
  }

  get #samplingSeed(): bigint {
    return BigInt.asUintN(64, BigInt(this.settings.seed) + SAMPLE_SEED_OFFSET);
  }

  /** Number of trainable numbers. */
  get parameters(): number {
    return this.model.parameters().reduce((sum, { value }) => sum + value.size, 0);
  }

  /**
   * Trains to the settings' number of steps, to `until` where that is less, or until the signal. Throws
   * DivergenceError; the run keeps what it has.
   */
  async train({ signal, onStep, until = this.settings.steps }: TrainUntil = {}): Promise<void> {
    const { steps } = this.settings;
    const start = now();
    // Statistics that were calibrated are those of another network, as soon as there is a step.
    if (this.trainer.steps < Math.min(until, steps))
      for (const layer of this.model.layers) if (layer instanceof BatchNorm1d) layer.calibrated = false;
    // What was the last step when the run paused is not the last any more.
    const last = this.losses.at(-1);
    if (last && !isKept(last[0])) this.losses.pop();
    try {
      await this.trainer.run(Math.min(until, steps), {
        signal,
        onStep: (step, loss) => {
          if (isKept(step)) this.losses.push([step, loss]);
          if (step % 10_000 === 0) this.printed.push([step, loss]);
          onStep?.(step, loss);
        },
      });
      this.stopped = this.trainer.steps === steps ? 'finished' : 'interrupted';
    } catch (error) {
      throw error instanceof DivergenceError ? this.#diverged(error) : error;
    } finally {
      this.seconds += (now() - start) / 1000;
      const { steps: made, lastLoss } = this.trainer;
      if (lastLoss !== undefined && this.losses.at(-1)?.[0] !== made - 1)
        this.losses.push([made - 1, lastLoss]);
    }
  }

  /**
   * Losses of the three splits with running and with calibrated statistics. Throws DivergenceError where one is NaN or
   * infinite, which the last step can leave behind, and the signal's reason where that ends it.
   */
  async evaluate(options: EvaluateRunOptions = {}): Promise<void> {
    const { train } = this.dataset;
    const { signal, onProgress } = options;
    try {
      const running = await this.#evaluate('running', options);
      if (normalises(this.settings)) {
        await calibrate(this.trainer, train, {
          signal,
          onProgress: (...how) => onProgress?.('calibrating', ...how),
        });
        this.final = { running, calibrated: await this.#evaluate('calibrated', options) };
      } else this.final = { running, calibrated: running };
    } catch (error) {
      if (!(error instanceof DivergenceError)) this.stopped = 'interrupted';
      throw error;
    }
  }

  async #evaluate(statistics: Statistics, options: EvaluateRunOptions): Promise<Splits<number>> {
    const { signal, onBatch, onProgress } = options;
    const losses: Splits<number> = { train: 0, val: 0, test: 0 };
    for (const split of ['train', 'val', 'test'] as const) {
      const loss = await this.#evaluateSplit(split, {
        statistics,
        signal,
        onBatch: onBatch && (() => onBatch(split, statistics)),
        onProgress: (...how) => onProgress?.(`evaluating ${split}, ${statistics} statistics`, ...how),
      });
      losses[split] = loss;
    }
    return losses;
  }

  async #evaluateSplit(split: keyof Splits<number>, options: EvaluateOptions): Promise<number> {
    try {
      return await evaluate(this.trainer, this.dataset[split], options);
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      const { step, loss, lastLoss, origin } = error;
      const text = `${origin.text} (seen in the evaluation of ${split})`;
      throw this.#diverged(new DivergenceError(step, loss, lastLoss, { ...origin, text }));
    }
  }

  #diverged(error: DivergenceError): DivergenceError {
    this.stopped = 'diverged';
    this.divergence = error;
    return error;
  }

  /** Draws 20 names with a generator seeded by the run's seed + 10, as the lecture does. */
  sample(): string[] {
    const sampler = new Sampler({
      core: this.core,
      model: this.model,
      vocabulary: this.dataset.vocabulary,
      contextLength: this.settings.context,
      generator: new Generator(this.#samplingSeed),
    });
    try {
      this.samples = sampler.names(SAMPLES);
    } finally {
      sampler.dispose();
    }
    return this.samples;
  }

  record(version: string): RunRecord {
    const { settings, names, divergence } = this;
    const { steps } = this.trainer;
    const seed = typeof settings.seed === 'bigint' ? String(settings.seed) : settings.seed;
    return {
      version,
      ...settings,
      names: { path: names.source, sha256: names.sha256, count: names.names.length },
      vocabulary: this.dataset.vocabulary.tokens,
      seed,
      steps,
      parameters: this.parameters,
      losses: this.losses,
      printed: this.printed,
      final: this.final,
      samples: this.samples,
      fingerprint: fingerprint(this.model.parameters()),
      backend: this.core.backend,
      arithmetic: this.core.arithmetic,
      seconds: this.seconds,
      stepsPerSecond: this.seconds > 0 ? steps / this.seconds : 0,
      stopped: this.stopped,
      ...(divergence && {
        divergence: {
          step: divergence.step,
          // JSON has no NaN or Infinity.
          loss: String(divergence.loss),
          lastLoss: divergence.lastLoss ?? null,
          likely: divergence.likely,
        },
      }),
    };
  }

  dispose(): void {
    this.core.dispose();
  }
}
