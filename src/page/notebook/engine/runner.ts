/** The page's side of the worker that runs the cells: starts it, stops it, and makes another where it is lost. */
import type { Cell } from '../../../notebook/format.js';
import type { Change, Given, NotebookEngine } from './protocol.js';

/** A worker that is running. */
export interface Started {
  engine: NotebookEngine;
  /** Ends it, whatever it does. */
  end(): void;
}

export interface RunnerOptions {
  /** Makes a worker. @param onLost to be called once it can do nothing any more, with the reason in words */
  start(onLost: (reason: string) => void): Started;
  /** Of the cells' states. */
  onChanges(changes: readonly Change[]): void;
  /** A worker was ended, and all values with it. @param reason in words */
  onLost(reason: string): void;
  /** Resolves after a tenth of a second or so: how often a worker is asked whether it still listens. */
  beat(): Promise<void>;
}

/** Times that a worker may leave a question unanswered, one after the other, once it was asked to stop. */
const UNANSWERED = 30;
/** Times that it may answer and yet not come to its end: what it awaits is not `progress`. */
const ANSWERED = 30;

/** Why a call has no answer. */
class Lost extends Error {}

interface Running {
  worker: Started;
  /** Resolves once it has begun. */
  begun: Promise<void>;
  /** Calls that wait for an answer: none comes from a worker that was ended. */
  waiting: Set<(error: Lost) => void>;
  /** Runs that have not come to their end. */
  runs: number;
  /** Cells that run. */
  cells: Set<number>;
}

export class Runner {
  readonly #options: RunnerOptions;
  #given: Given = { long: false };
  #running: Running | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Whether a cell runs, or waits for one that does. */
  get isBusy(): boolean {
    const running = this.#running;
    return running !== undefined && (running.runs > 0 || running.cells.size > 0);
  }

  /** Takes up the cells and runs these. Resolves once they are done, have failed, or the worker is lost. */
  run(cells: readonly Cell[], ids: readonly number[]): Promise<void> {
    return this.#work((engine) => engine.run(cells, ids));
  }

  /** Takes up where a slider is. Resolves as `run` does. */
  setInput(id: number, name: string, value: number): Promise<void> {
    return this.#work((engine) => engine.setInput(id, name, value));
  }

  async #work(work: (engine: NotebookEngine) => Promise<void>): Promise<void> {
    const running = this.#alive();
    running.runs++;
    try {
      await this.#call(running, work);
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    } finally {
      running.runs--;
    }
  }

  /** Names that the cells define; undefined where no worker could tell. */
  async names(cells: readonly Cell[]): Promise<ReadonlyMap<string, number> | undefined> {
    try {
      return await this.#call(this.#alive(), (engine) => engine.names(cells));
    } catch (error) {
      if (error instanceof Lost) return undefined;
      throw error;
    }
  }

  /**
   * Begins anew, in another worker: all values are let go, and what runs is ended. Errors: NamesError, and whatever keeps a
   * worker from beginning; all is as it was then.
   */
  async begin(given: Given): Promise<void> {
    const running = this.#start(given);
    try {
      await this.#call(running, async () => {});
    } catch (error) {
      this.#end(running, '');
      throw error;
    }
    const before = this.#running;
    this.#running = running;
    this.#given = given;
    if (before !== undefined) this.#end(before, '');
  }

  /** Asks what runs to stop, and ends the worker where it does not. Resolves once nothing runs. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const ask = (question: (engine: NotebookEngine) => Promise<void>) =>
      this.#call(running, question).then(
        () => true,
        () => false,
      );
    void ask((engine) => engine.stop());
    let [unanswered, answered] = [0, 0];
    while (this.#running === running && this.isBusy) {
      let answer = false;
      void ask((engine) => engine.ping()).then((listens) => {
        answer = listens;
      });
      await this.#options.beat();
      answered += answer ? 1 : 0;
      unanswered = answer ? 0 : unanswered + 1;
      if (unanswered >= UNANSWERED || answered >= ANSWERED)
        this.#lose(running, answer ? 'what ran does not await progress' : 'what ran does not listen');
    }
  }

  /** Ends the worker; nothing is said of it. */
  dispose(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#end(running, '');
  }

  #alive(): Running {
    this.#running ??= this.#start(this.#given);
    return this.#running;
  }

  #start(given: Given): Running {
    const running: Running = {
      worker: this.#options.start((reason) => this.#lose(running, reason)),
      begun: Promise.resolve(),
      waiting: new Set(),
      runs: 0,
      cells: new Set(),
    };
    running.begun = running.worker.engine.begin(given, (changes) => {
      if (this.#running !== running) return;
      for (const [id, { status }] of changes)
        if (status === 'running') running.cells.add(id);
        else running.cells.delete(id);
      this.#options.onChanges(changes);
    });
    // Who waits for it is told.
    running.begun.catch(() => {});
    return running;
  }

  #call<T>(running: Running, question: (engine: NotebookEngine) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      running.waiting.add(reject);
      running.begun
        .then(() => question(running.worker.engine))
        .finally(() => running.waiting.delete(reject))
        .then(resolve, reject);
    });
  }

  #lose(running: Running, reason: string): void {
    const isIt = this.#running === running;
    if (isIt) this.#running = undefined;
    this.#end(running, reason);
    if (isIt) this.#options.onLost(reason);
  }

  #end({ worker, waiting }: Running, reason: string): void {
    worker.end();
    for (const reject of waiting) reject(new Lost(reason));
    waiting.clear();
  }
}
