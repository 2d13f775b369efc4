import { MultiBar, type SingleBar } from 'cli-progress';
import { count, duration } from './format.js';

/** Where a run has got to: a bar with the time that is left on a terminal, nothing elsewhere. */
export class Progress {
  readonly #total: number;
  readonly #from: number;
  readonly #start = performance.now();
  readonly #bars: MultiBar | undefined;
  readonly #bar: SingleBar | undefined;
  #next = 0;

  /** `from`: steps that were made before. */
  constructor(total: number, shown: boolean, from = 0) {
    this.#total = total;
    this.#from = from;
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
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + 50;
    this.#bar?.update(steps);
  }

  /** A line of output that stays, above the bar. */
  line(text: string): void {
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

  /** As much as the terminal is wide: the time left first, the speed last. */
  #text(steps: number): string {
    const rate = ((steps - this.#from) / (performance.now() - this.#start)) * 1000;
    const left = rate > 0 ? duration((this.#total - steps) / rate) : '–';
    const parts = [
      `${String(Math.floor((steps / this.#total) * 100)).padStart(3)}%`,
      `${left} left`,
      `step ${count(steps)} of ${count(this.#total)}`,
      `${count(Math.round(rate))} steps/s`,
    ];
    const width = (process.stdout.columns ?? 80) - 1;
    const bar = Math.max(0, Math.min(24, width - 18));
    const filled = Math.round((steps / this.#total) * bar);
    let text = '█'.repeat(filled) + '░'.repeat(bar - filled);
    for (const part of parts) {
      if (text.length + part.length + 2 > width) break;
      text += `  ${part}`;
    }
    return text.trimStart();
  }
}
