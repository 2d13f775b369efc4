const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const SIGNALS = Object.keys(CODES) as (keyof typeof CODES)[];

/** What ends a run early: Ctrl-C and its like, or an output that takes no more. A second signal ends at once. */
export class Stop {
  readonly #abort = new AbortController();
  /** The signal's exit code, by the shell's convention 128 + its number; undefined where it was the output. */
  code: number | undefined;
  /** What happened, in words. */
  word = '';

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    process.stdout.on('error', this.#onClosedOutput);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get requested(): boolean {
    return this.signal.aborted;
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const code = CODES[signal as keyof typeof CODES];
    // With the code of the first, which ended the run.
    if (this.requested) process.exit(this.code ?? code);
    this.code = code;
    this.word = signal === 'SIGINT' ? 'interrupted' : `ended by ${signal}`;
    this.#abort.abort();
  };

  readonly #onClosedOutput = (): void => this.#abort.abort();

  /** Signals and output are no longer watched. */
  dispose(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal);
    process.stdout.removeListener('error', this.#onClosedOutput);
  }
}
