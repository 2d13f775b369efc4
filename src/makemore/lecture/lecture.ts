import { type LoadOptions, load } from '../../core/load.js';
import type { Finding } from '../../diagnostics/finding-rules.js';
import { findings } from '../../diagnostics/findings.js';
import type { Snapshot } from '../../diagnostics/snapshot.js';
import { type Histogram, histogram, summarise } from '../../diagnostics/statistics.js';
import { UnitCounter, type UnitSurvey } from '../../diagnostics/survey.js';
import { watch } from '../../diagnostics/watch.js';
import type { Statistics } from '../../nn/layer.js';
import { lrAt } from '../../optim/optimizer.js';
import type { Signal } from '../../train/abort.js';
import { visit } from '../../train/evaluation.js';
import type { NameList } from '../names.js';
import type { RunRecord } from '../record.js';
import { type OnProgress, Run } from '../run.js';
import { deepSettings, lectureSettings } from '../settings.js';
import { type ZeroInitialisation, zeroInitialisation } from './exercises.js';
import { type DeepLayers, type LayerStatistics, measureLayers, notebookName } from './layers.js';
import { lossLog, type Printed, printedOn } from './printed.js';
import { measureVariances, type Variances } from './variance.js';

/** The notebook stops its six-layer network after step 1000. */
const DEEP_STEPS = 1001;

/** log10 of std(lr · gradient) / std(data) of each parameter after each step. */
export interface UpdateToData {
  names: string[];
  steps: number[];
  log10: number[][];
}

export interface LectureOptions extends LoadOptions {
  /** Of the first network, and of each row of the loss log; default 200,000, as the lecture's. */
  steps?: number;
  onProgress?: OnProgress;
  signal?: Signal;
}

/** The hidden layer of the first network on the first minibatch, before any training. */
export interface InitialHidden {
  /** Of the pre-activations and of h = tanh(…), 50 bins, counts. */
  preactivation: Histogram;
  h: Histogram;
  /** Share of |h| > 0.97. */
  saturated: number;
  /** For each example, for each unit, whether |h| > 0.99. */
  image: boolean[][];
  /** Its units over the whole training split, normalised batch by batch as in training. */
  survey: UnitSurvey;
}

/**
 * The lecture's notebook on a list of names: its two networks, each trained once and when first asked for, and what is
 * measured on them. The cells stand on it.
 */
export class Lecture {
  /** What the notebook printed on these names; undefined for other lists. */
  readonly printed: Printed | undefined;
  /** The loss log as the lecture prints it, which it does of its own names. */
  readonly lossLog: typeof lossLog | undefined;
  /** log10 of update:data of the six-layer network, once it is trained. */
  updates: UpdateToData | undefined;
  /** Its layers after the last step, likewise. */
  layers: DeepLayers | undefined;
  /** Its tanh units over the whole training split, with the running statistics, likewise. */
  survey: UnitSurvey | undefined;
  /** What looks wrong in it, in words; nothing where nothing does. */
  findings: Finding[] = [];
  /** The loss of every step of the first network, as far as it is trained. */
  readonly firstLosses: [number, number][] = [];
  #first: Promise<Run> | undefined;
  #deep: Promise<Run> | undefined;
  #initialHidden: Promise<InitialHidden> | undefined;

  /** Steps of the first network, and of each row of the loss log. */
  readonly steps: number;
  /** Whether these are the lecture's own number of steps, at whose end there are values to compare with. */
  readonly whole: boolean;
  readonly #loading: LoadOptions;
  readonly #onProgress: OnProgress | undefined;
  readonly #signal: Signal | undefined;

  constructor(
    readonly names: NameList,
    { steps = lectureSettings.steps, onProgress, signal, ...loading }: LectureOptions = {},
  ) {
    this.steps = steps;
    this.whole = steps === lectureSettings.steps;
    this.#loading = loading;
    this.#onProgress = onProgress;
    this.#signal = signal;
    this.lossLog = names.lecture && this.whole ? lossLog : undefined;
    this.printed = printedOn(names);
  }

  /** The first network after its steps, with its losses. */
  first(): Promise<Run> {
    const settings = { ...lectureSettings, steps: this.steps };
    this.#first ??= this.#train(Run.prepare(this.names, settings, this.#loading), 'the first network', {
      onStep: (_run, step, loss) => this.firstLosses.push([step, loss]),
    });
    return this.#first;
  }

  /** The six-layer network after 1001 steps, with its losses, and `updates`. */
  deep(): Promise<Run> {
    this.#deep ??= this.#trainDeep();
    return this.#deep;
  }

  /** A core for what is not one of the two networks. The caller disposes of it. */
  core() {
    return load(this.#loading);
  }

  /** The first network's hidden layer before any training. */
  initialHidden(): Promise<InitialHidden> {
    this.#initialHidden ??= this.#measureInitialHidden();
    return this.#initialHidden;
  }

  async #measureInitialHidden(): Promise<InitialHidden> {
    const run = await Run.prepare(this.names, { ...lectureSettings, steps: 1 }, this.#loading);
    try {
      // The running statistics are none before the first step.
      const survey = await this.#survey(run, 'batch');
      await run.train();
      const [, , , norm, tanh] = run.model.layers;
      const before = norm.out;
      const h = tanh.out;
      if (before === undefined || h === undefined) throw new Error('Lecture: expected five layers');
      const values = h.toArray();
      const image = Array.from({ length: h.rows }, (_, i) =>
        Array.from(values.subarray(i * h.columns, (i + 1) * h.columns), (v) => Math.abs(v) > 0.99),
      );
      return {
        preactivation: histogram(before, { bins: 50, density: false }),
        h: histogram(h, { bins: 50, density: false }),
        saturated: summarise(h).saturated,
        image,
        survey,
      };
    } finally {
      run.dispose();
    }
  }

  /** One minibatch of the first network's pre-activations, normalised as the lecture, torch and the paper do. */
  variances(): Promise<Variances> {
    return measureVariances(this.names, this.#loading);
  }

  /** Exercise 1: the first network with every parameter 0, trained for 10,000 steps. */
  zero(): Promise<ZeroInitialisation> {
    return zeroInitialisation(this.names, { signal: this.#signal, onProgress: this.#onProgress });
  }

  /** The records of the networks that were trained, the six-layer one with what was measured after its last step. */
  async record(version: string): Promise<LectureRecord> {
    const { sha256, source, names } = this.names;
    const first = await this.#first?.catch(() => undefined);
    const deep = await this.#deep?.catch(() => undefined);
    return {
      version,
      names: { path: source, sha256, count: names.length },
      ...(first && { first: evaluated(first, version) }),
      ...(deep &&
        this.layers && {
          deep: {
            ...evaluated(deep, version),
            tanhActivations: this.layers.activations.map(jsonable),
            tanhOutputGradients: this.layers.activationGradients.map(jsonable),
            weightGradients: this.layers.weightGradients.map(jsonable),
            ...(this.survey && { tanhUnits: unitsRecord(this.survey, this.layers) }),
            ...(this.updates && { updateToData: this.updates }),
          },
        }),
    };
  }

  /** Lets go of both networks. */
  async dispose(): Promise<void> {
    for (const run of [this.#first, this.#deep]) (await run?.catch(() => undefined))?.dispose();
  }

  /** The units over the whole training split. */
  async #survey({ trainer, model, dataset: { train } }: Run, statistics: Statistics | 'batch') {
    const counter = new UnitCounter(model);
    let done = 0;
    const visitor = (rows: number) => {
      counter.add();
      done += rows;
      this.#onProgress?.('counting saturated units', done, train.count);
    };
    await visit(trainer, train, visitor, { statistics, signal: this.#signal });
    return counter.survey();
  }

  async #train(prepared: Promise<Run>, what: string, watch?: Watcher): Promise<Run> {
    const run = await prepared;
    const [onProgress, signal] = [this.#onProgress, this.#signal];
    await run.train({
      signal,
      onStep(step, loss) {
        watch?.onStep(run, step, loss);
        if (step % 50 === 0) onProgress?.(what, step, run.settings.steps);
      },
    });
    signal?.throwIfAborted();
    // Before the evaluation, whose batches overwrite what the last step left in the layers.
    watch?.atEnd?.(run);
    await run.evaluate({ signal, onProgress });
    await watch?.atEvaluated?.(run);
    run.sample();
    return run;
  }

  #trainDeep(): Promise<Run> {
    const prepared = Run.prepare(this.names, { ...deepSettings, steps: DEEP_STEPS }, this.#loading);
    const updates: UpdateToData = { names: [], steps: [], log10: [] };
    let snapshot: Snapshot | undefined;
    return this.#train(prepared, 'the six-layer network', {
      onStep: (run, step) => {
        const { model, trainer } = run;
        if (step === 0) updates.names = model.namedParameters().map(([name]) => notebookName(name));
        const lr = lrAt(trainer.optimizer, step);
        updates.steps.push(step);
        updates.log10.push(
          model
            .parameters()
            .map(({ value, grad }) => Math.log10((lr * summarise(grad).std) / summarise(value).std)),
        );
      },
      atEnd: (run) => {
        this.updates = updates;
        this.layers = measureLayers(run);
        const { model, optimizer, loss } = run.trainer;
        snapshot = watch({ model, optimizer, loss }).snapshot();
      },
      atEvaluated: async (run) => {
        this.survey = await this.#survey(run, 'running');
        const context = { firstLoss: run.losses[0][1], survey: this.survey };
        this.findings = snapshot ? findings(snapshot, context) : [];
      },
    });
  }
}

interface Watcher {
  onStep(run: Run, step: number, loss: number): void;
  /** After the last step, and after the evaluation. */
  atEnd?(run: Run): void;
  atEvaluated?(run: Run): Promise<void>;
}

/** A histogram as JSON has it. */
interface PlainHistogram {
  edges: number[];
  values: number[];
}
type Jsonable<T extends { histogram: Histogram }> = Omit<T, 'histogram'> & { histogram: PlainHistogram };

const jsonable = <T extends { histogram: Histogram }>(measured: T): Jsonable<T> => {
  const { edges, values } = measured.histogram;
  return { ...measured, histogram: { edges: Array.from(edges), values: Array.from(values) } };
};

/** A run's record, and its losses over whole splits (`final`) under the name that the report has for them. */
type EvaluatedRecord = RunRecord & { evaluation: RunRecord['final'] };

const evaluated = (run: Run, version: string): EvaluatedRecord => ({
  ...run.record(version),
  evaluation: run.final,
});

/** What `lanewise lecture --json` writes, beside its cells. */
export interface LectureRecord {
  version: string;
  names: { path: string; sha256: string; count: number };
  first?: EvaluatedRecord;
  deep?: EvaluatedRecord & {
    tanhActivations: Jsonable<DeepLayers['activations'][number]>[];
    tanhOutputGradients: Jsonable<LayerStatistics>[];
    weightGradients: Jsonable<DeepLayers['weightGradients'][number]>[];
    /** Over the whole training split: for each unit the share of its examples in which |h| > 0.97. */
    tanhUnits?: UnitsRecord;
    updateToData?: UpdateToData;
  };
}

interface UnitsRecord {
  examples: number;
  threshold: number;
  layers: { name: string; saturated: number; units: number[]; dead: number[] }[];
}

const unitsRecord = (survey: UnitSurvey, { activations }: DeepLayers): UnitsRecord => ({
  examples: survey.examples,
  threshold: survey.threshold,
  layers: survey.layers.map(({ saturated, units, dead }, i) => ({
    name: activations[i].name,
    saturated,
    units: Array.from(units),
    dead,
  })),
});
