import { MultiBar, type SingleBar } from 'cli-progress';
import { count, duration } from './format.js';

/** Milliseconds without a line after which one says how far it is, where there is no bar. */
const SILENCE = 30_000;

export interface ProgressOptions {
  /** Steps that were made before. Default 0. */
  from?: number;
  /** What is being done, where it is not the steps of a training. */
  what?: string | undefined;
  /** Says nothing where there is no bar. */
  quiet?: boolean;
  /** In milliseconds. */
  now?: () => number;
  /** Prints a line that is no part of the output. */
  say?: (line: string) => void;
}

/** Whether stdout is a terminal that can draw over a line. */
export const isTerminal = (): boolean => process.stdout.isTTY === true && process.env.TERM !== 'dumb';

/**
 * Where a run has got to: a bar with the time that is left on a terminal; elsewhere a line on stderr where for half a
 * minute there was none.
 */
export class Progress {
  readonly #total: number;
  readonly #from: number;
  readonly #what: string | undefined;
  readonly #now: () => number;
  readonly #say: ((line: string) => void) | undefined;
  readonly #start: number;
  readonly #bars: MultiBar | undefined;
  readonly #bar: SingleBar | undefined;
  #next = 0;
  /** When there was a line last. */
  #said: number;

  constructor(total: number, shown: boolean, options: ProgressOptions = {}) {
    const { from = 0, what, quiet = false, now = () => performance.now(), say = console.error } = options;
    this.#total = total;
    this.#from = from;
    this.#what = what;
    this.#now = now;
    this.#start = this.#said = now();
    if (!shown && !quiet) this.#say = say;
    if (!shown || total === 0) return;
    this.#bars = new MultiBar({
      format: (_, { value }) => this.#text(value),
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      linewrap: false,
      gracefulExit: false,
      fps: 10,
    });
    this.#bar = this.#bars.create(total, from);
    // Where a second signal ends the process at once, the cursor is shown again all the same.
    process.once('exit', this.#onExit);
  }

  /** Tells how many steps were made; cheap enough for each of them. */
  update(steps: number): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + 50;
    this.#bar?.update(steps);
    if (this.#say === undefined || now - this.#said < SILENCE) return;
    this.#said = now;
    const [percent, left, ...where] = this.#parts(steps);
    this.#say(`${where.slice(0, -1).join(', ')}: ${percent.trim()}, ${left}`);
  }

  /** A line of output that stays, above the bar. */
  line(text: string): void {
    this.#said = this.#now();
    if (this.#bars) {
      this.#bars.log(`${text}\n`);
      // What is not drawn yet would be lost at the end.
      this.#bars.update();
    } else console.log(text);
  }

  stop(): void {
    process.removeListener('exit', this.#onExit);
    this.#bars?.stop();
  }

  readonly #onExit = (): void => this.#bars?.stop();

  /** The time left first, the speed last. */
  #parts(steps: number): string[] {
    const rate = ((steps - this.#from) / (this.#now() - this.#start)) * 1000;
    const left = rate > 0 ? duration((this.#total - steps) / rate) : '–';
    const at = `${count(steps)} of ${count(this.#total)}`;
    const perSecond = `${count(Math.round(rate))}${this.#what === undefined ? ' steps' : ''}/s`;
    return [
      `${String(Math.floor((steps / this.#total) * 100)).padStart(3)}%`,
      // After the steps a network is evaluated.
      steps === this.#total && this.#what === undefined ? 'evaluating' : `${left} left`,
      ...(this.#what === undefined ? [`step ${at}`] : [this.#what, at]),
      perSecond,
    ];
  }

  /** As much as the terminal is wide. */
  #text(steps: number): string {
    const width = (process.stdout.columns ?? 80) - 1;
    const bar = Math.max(0, Math.min(24, width - 18));
    const filled = Math.round((steps / this.#total) * bar);
    let text = '█'.repeat(filled) + '░'.repeat(bar - filled);
    for (const part of this.#parts(steps)) {
      if (text.length + part.length + 2 > width) break;
      text += `  ${part}`;
    }
    return text.trimStart();
  }
}

/** The progress of one thing after the other, each by its name. */
export class Stages {
  readonly #shown: boolean;
  readonly #options: ProgressOptions;
  #what = '';
  #progress: Progress | undefined;

  constructor(shown: boolean, options: ProgressOptions = {}) {
    this.#shown = shown;
    this.#options = options;
  }

  update(what: string, done: number, total: number): void {
    if (what !== this.#what) {
      this.clear();
      this.#what = what;
      this.#progress = new Progress(total, this.#shown, { ...this.#options, what });
    }
    this.#progress?.update(done);
  }

  clear(): void {
    this.#progress?.stop();
    this.#progress = undefined;
    this.#what = '';
  }
}

/** Says on a terminal what is being done while it is, where nobody can say how far it is. */
export async function during<T>(what: string, shown: boolean, work: () => T | Promise<T>): Promise<T> {
  if (shown) process.stdout.write(`${what} …`);
  try {
    return await work();
  } finally {
    if (shown) process.stdout.write('\r\x1b[K');
  }
}
