import { lectureSettings } from '../../src/makemore/index.js';
import type { Frame, Moment, NamesFile, RunInfo } from '../../src/page/engine/protocol.js';

/** Moments that a run keeps on its way. */
const KEPT = 10;

export interface FakeRun {
  info: RunInfo;
  step: number;
  state: Frame['state'];
  kept: number[];
  /** Ends its playing. */
  stop?: () => void;
}

/** A worker without networks. Runs play to their goal at once, or for ever where that is Infinity or `endless`. */
export class FakeEngine {
  readonly runs = new Map<number, FakeRun>();
  readonly calls: string[] = [];
  endless = false;
  /** Of each run that is opened. */
  memory = 1e6;
  /** Whether the next `open` waits, and what lets it go. */
  gates: (() => void)[] = [];
  waits = false;
  #next = 1;

  #get(id: number): FakeRun {
    const run = this.runs.get(id);
    if (run === undefined) throw new RangeError(`runs: got ${id}`);
    return run;
  }

  #add(
    settings: RunInfo['settings'],
    names: NamesFile | undefined,
    step = 0,
    more: Partial<RunInfo> = {},
  ): RunInfo {
    const id = this.#next++;
    const sha256 = names === undefined ? 'b'.repeat(64) : `${names.bytes[0]}`.padEnd(64, 'a');
    const info = {
      id,
      settings,
      memory: this.memory,
      names: { source: names?.source ?? 'built-in', sha256 },
      ...more,
    } as unknown as RunInfo;
    this.runs.set(id, { info, step, state: 'paused', kept: [step] });
    return info;
  }

  async open(settings: RunInfo['settings'], names: NamesFile | undefined): Promise<RunInfo> {
    this.calls.push(`open ${settings.hidden}`);
    if (this.waits) await new Promise<void>((resolve) => this.gates.push(resolve));
    if (settings.hidden > 1000) throw new RangeError('too large');
    return this.#add(settings, names);
  }

  async fork(id: number, step: number): Promise<RunInfo> {
    const { info } = this.#get(id);
    return this.#add(info.settings, undefined, step, { parent: { id, step } });
  }

  async saved() {
    const names = { path: 'x.txt', sha256: '7'.padEnd(64, 'a'), count: 8, builtIn: false };
    return { settings: lectureSettings, step: 5, names };
  }

  async resume(file: NamesFile, names: NamesFile | undefined): Promise<RunInfo> {
    if (names?.bytes[0] !== 7) throw new Error(`${file.source}: expected the names that the run began with`);
    return this.#add(lectureSettings, names, 5, { file: { source: file.source, step: 5 } });
  }

  async play(id: number, until: number): Promise<Frame> {
    this.calls.push(`play ${id} ${until}`);
    const run = this.#get(id);
    const { steps } = run.info.settings;
    if (run.state === 'diverged' || run.step >= until) return this.frame(id);
    if (this.endless) {
      run.state = 'playing';
      await new Promise<void>((resolve) => {
        run.stop = resolve;
      });
      run.step += 10;
    } else
      for (; run.step < until; run.step++) if (run.step > 0 && run.step % KEPT === 0) run.kept.push(run.step);
    if (run.kept.at(-1) !== run.step) run.kept.push(run.step);
    run.state = run.step >= steps ? 'finished' : 'paused';
    return this.frame(id);
  }

  async pause(): Promise<void> {
    for (const run of this.runs.values()) run.stop?.();
  }

  async frame(id: number): Promise<Frame> {
    const { step, state, kept } = this.#get(id);
    return { run: id, step, state, kept: [...kept], loss: step } as unknown as Frame;
  }

  async moment(id: number, step: number): Promise<Moment> {
    if (!this.#get(id).kept.includes(step)) throw new RangeError(`no step ${step}`);
    return { run: id, step, loss: step } as unknown as Moment;
  }

  async evaluate(id: number): Promise<void> {
    this.calls.push(`evaluate ${id}`);
  }

  async setSpeed(stepsPerSecond: number): Promise<void> {
    this.calls.push(`speed ${stepsPerSecond}`);
  }

  async close(id: number): Promise<void> {
    this.#get(id);
    this.runs.delete(id);
  }
}
