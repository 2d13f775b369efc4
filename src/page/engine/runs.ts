import { transfer } from 'comlink';
import { builtInNames, type NameList, parseNames, type RunSettings, readRun } from 'lanewise/makemore';
import { probeBiases } from './bias-probe.js';
import { measureFold } from './fold.js';
import { LiveRun } from './live-run.js';
import { Lockstep } from './lockstep.js';
import { expectMemory } from './memory-limit.js';
import type {
  BiasReport,
  Drawn,
  Engine,
  Evaluation,
  FoldReport,
  Frame,
  MatricesReport,
  Moment,
  NamePath,
  NamesFile,
  NetworkRequest,
  NetworkView,
  OpenedFile,
  RunInfo,
  SavedInfo,
  SpectrumReport,
  SplitSurvey,
  UnitReport,
} from './protocol.js';
import { SpeedLimit } from './speed-limit.js';
import { inspectUnit, surveySplit } from './unit.js';

/** lanewise’s, written in by the build. */
declare const __VERSION__: string;

/** Bytes of all kept moments of a visit together. */
const BUDGET = 50e6;

/** The runs of a visit, in the worker: each answer is made between two training steps. */
export class Runs implements Engine {
  readonly #runs = new Map<number, LiveRun>();
  readonly #shared: { threshold: number; budget: number; lockstep: Lockstep; speedLimit: SpeedLimit };
  #builtIn: Promise<NameList> | undefined;
  #next = 1;
  readonly #budget: number;

  constructor(budget = BUDGET) {
    this.#budget = budget;
    this.#shared = { threshold: 0.97, budget, lockstep: new Lockstep(), speedLimit: new SpeedLimit() };
  }

  async open(
    settings: RunSettings,
    names: NamesFile | undefined,
    backend: 'auto' | 'wasm' | 'js',
  ): Promise<RunInfo> {
    const list = await this.#list(names);
    expectMemory(list, settings);
    return this.#add(await LiveRun.open(this.#next++, list, settings, backend, this.#shared));
  }

  async fork(id: number, step: number): Promise<RunInfo> {
    return this.#add(await this.#run(id).fork(this.#next++, step));
  }

  async saved({ bytes, source }: OpenedFile): Promise<SavedInfo> {
    const { settings, step, names } = readRun(bytes, source);
    const { sha256 } = await this.#list(undefined);
    return { settings, step, names: { ...names, builtIn: names.sha256 === sha256 } };
  }

  async resume({ bytes, source }: OpenedFile, names: NamesFile | undefined): Promise<RunInfo> {
    const saved = readRun(bytes, source);
    const list = await this.#list(names);
    expectMemory(list, saved.settings);
    return this.#add(await LiveRun.resume(this.#next++, list, saved, this.#shared));
  }

  async #list(names: NamesFile | undefined): Promise<NameList> {
    if (names !== undefined) return parseNames(names.bytes, names.source);
    this.#builtIn ??= builtInNames();
    return this.#builtIn;
  }

  #add(run: LiveRun): RunInfo {
    this.#runs.set(run.info.id, run);
    this.#divide();
    return run.info;
  }

  /** The budget is that of the visit: each run has its share. */
  #divide(): void {
    this.#shared.budget = this.#budget / Math.max(1, this.#runs.size);
    for (const run of this.#runs.values()) run.thin();
  }

  async play(id: number, until: number): Promise<Frame> {
    const run = this.#run(id);
    await run.play(until);
    return run.frame();
  }

  async pause(): Promise<void> {
    const { lockstep } = this.#shared;
    const goals = Array.from(this.#runs.values(), (run) => [run, lockstep.rest(run)] as const);
    await Promise.all(goals.map(([run, at]) => run.pause(at)));
  }

  async frame(id: number): Promise<Frame> {
    return this.#run(id).frame();
  }

  async networkView(id: number, request: NetworkRequest): Promise<NetworkView> {
    const view = await this.#run(id).networkView(request);
    return transfer(view, [view.memory]);
  }

  async moment(id: number, step: number): Promise<Moment> {
    return this.#run(id).moment(step);
  }

  async draw(id: number, step: number | undefined, seed: number): Promise<Drawn> {
    return this.#run(id).draw(step, seed);
  }

  async namePath(id: number, drawn: { step: number; seed?: number }, index: number): Promise<NamePath> {
    return this.#run(id).namePath(drawn, index);
  }

  async matrices(id: number, names?: readonly string[], step?: number): Promise<MatricesReport> {
    return this.#run(id).matrices(names, step);
  }

  async spectrum(id: number, name: string, step?: number): Promise<SpectrumReport> {
    return this.#run(id).spectrum(name, step);
  }

  async evaluate(id: number): Promise<Evaluation> {
    return this.#run(id).evaluate();
  }

  async fold(id: number): Promise<FoldReport> {
    const live = this.#run(id);
    return live.atRest(() => measureFold(live.run));
  }

  async biases(id: number): Promise<BiasReport> {
    const live = this.#run(id);
    return live.atRest(() => probeBiases(live.run));
  }

  async unit(id: number, layer: number, unit: number, step?: number): Promise<UnitReport> {
    return this.#run(id).at(step, (run, gradients) => inspectUnit(run, { layer, unit, gradients }));
  }

  async survey(id: number, step?: number): Promise<SplitSurvey> {
    return this.#run(id).at(step, (run) => surveySplit(run, this.#shared.threshold));
  }

  async checkpoint(id: number, step?: number): Promise<Uint8Array> {
    return this.#run(id).checkpoint(step);
  }

  async record(id: number) {
    const { run, evaluation } = this.#run(id);
    const record = run.record(__VERSION__);
    // Losses and names of an earlier step are not those of this network.
    return evaluation?.step === run.trainer.steps ? record : { ...record, final: null, samples: [] };
  }

  async report(id: number): Promise<string> {
    return this.#run(id).report(__VERSION__);
  }

  async setThreshold(threshold: number): Promise<void> {
    this.#shared.threshold = threshold;
    for (const run of this.#runs.values()) run.setThreshold(threshold);
  }

  async setSpeed(stepsPerSecond: number): Promise<void> {
    this.#shared.speedLimit.set(stepsPerSecond);
  }

  async close(id: number): Promise<void> {
    const run = this.#run(id);
    await run.pause();
    this.#runs.delete(id);
    run.dispose();
    this.#divide();
  }

  #run(id: number): LiveRun {
    const run = this.#runs.get(id);
    if (run === undefined)
      throw new RangeError(`runs: expected one of ${[...this.#runs.keys()].join(', ')}, got ${id}`);
    return run;
  }
}
