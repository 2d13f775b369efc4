/** The names of a run that can be asked after: the last drawings, and those of the milestones. */
import type { Run } from 'lanewise/makemore';
import { Drawer, type Names } from './drawing.js';
import type { Drawn, Moment } from './protocol.js';

interface Drawing extends Names {
  step: number;
  /** Undefined: the run's own. */
  seed: number | undefined;
}

/** Drawings whose probabilities are kept: so many are on their way to the page, or on it, while a run plays. */
const RECENT = 4;

export class DrawnNames {
  readonly #run: Run;
  readonly #drawer: Drawer;
  #recent: Drawing[] = [];
  /** With the run's own seed. */
  #last: Drawing = { step: -1, seed: undefined, samples: [], origins: [], paths: [] };
  #milestones: Drawing[] = [];

  constructor(run: Run) {
    this.#run = run;
    this.#drawer = new Drawer(run);
  }

  /** The last names that were drawn with the run's own seed. */
  get last(): Drawing {
    return this.#last;
  }

  /** What is drawn after 0, 10, 100 … steps, as far as the run has come. */
  get milestones(): Drawn[] {
    return this.#milestones.map(({ step, samples, origins }) => ({ step, samples, origins }));
  }

  /** The last names are those of a milestone. */
  remember(): void {
    this.#milestones.push(this.#last);
  }

  /** From the network as it is; without a seed as the run draws. */
  draw(seed?: number): Drawing {
    const drawing = { step: this.#run.trainer.steps, seed, ...this.#drawer.draw(seed) };
    if (seed === undefined) this.#last = drawing;
    return this.#keep(drawing);
  }

  /** From the network of a kept moment. */
  async drawFrom(
    { moment, checkpoint }: { moment: Moment; checkpoint: Uint8Array },
    seed: number | undefined,
  ): Promise<Drawing> {
    return this.#keep({ step: moment.step, seed, ...(await this.#drawer.drawFrom(checkpoint, seed)) });
  }

  #keep(drawing: Drawing): Drawing {
    this.#recent = [drawing, ...this.#recent].slice(0, RECENT);
    return drawing;
  }

  /** Undefined where they are not known any more. */
  find({ step, seed }: { step: number; seed?: number }): Drawing | undefined {
    return [...this.#recent, ...this.#milestones].find((each) => each.step === step && each.seed === seed);
  }

  /** Goes on from a kept moment of another run. */
  branch(from: DrawnNames, { step, samples, origins }: Moment): void {
    // How they were drawn can be asked of the kept moment.
    this.#last = { step, seed: undefined, samples, origins, paths: [] };
    this.#milestones = from.#milestones.filter((drawn) => drawn.step <= step);
  }
}
