import { MultiBar, type SingleBar } from 'cli-progress';

/** Where a run has got to: a bar with the time that is left on a terminal, nothing elsewhere. */
export class Progress {
  readonly #bars: MultiBar | undefined;
  readonly #bar: SingleBar | undefined;

  constructor(total: number, shown: boolean) {
    if (!shown || total === 0) return;
    this.#bars = new MultiBar({
      format: '{bar} {percentage}% | step {value}/{total} | {rate} steps/s | {eta_formatted} left',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      linewrap: false,
      gracefulExit: false,
      fps: 10,
      etaBuffer: 50,
    });
    this.#bar = this.#bars.create(total, 0, { rate: '–' });
  }

  update(step: number, stepsPerSecond: number): void {
    this.#bar?.update(step, { rate: Math.round(stepsPerSecond).toLocaleString('en') });
  }

  /** A line of output that stays, above the bar. */
  line(text: string): void {
    if (this.#bars) this.#bars.log(`${text}\n`);
    else console.log(text);
  }

  stop(): void {
    this.#bars?.stop();
  }
}
