const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const SIGNALS = Object.keys(CODES) as (keyof typeof CODES)[];

/** What ends a run early: Ctrl-C and its like, or an output that takes no more. The second signal ends at once. */
export class Stop {
  readonly #abort = new AbortController();
  /** Exit code, by the shell's convention 128 + number of the signal; 1 for an output that fails. */
  code = 0;
  /** Undefined where there is nobody to tell. */
  word: string | undefined;

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
    if (this.requested) process.exit(code);
    this.#request(code, signal === 'SIGINT' ? 'interrupted' : `ended by ${signal}`);
  };

  readonly #onClosedOutput = (error: NodeJS.ErrnoException): void => {
    if (!this.requested) this.#request(error.code === 'EPIPE' ? 141 : 1);
  };

  #request(code: number, word?: string): void {
    this.code = code;
    this.word = word;
    this.#abort.abort(new Error('stopped'));
  }

  /** Signals and output are no longer watched. */
  dispose(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal);
    process.stdout.removeListener('error', this.#onClosedOutput);
  }
}
