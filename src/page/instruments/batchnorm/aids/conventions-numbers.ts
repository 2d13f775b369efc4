import { BatchNorm1d, type Core, Generator, load, type Tensor } from 'lanewise';

const LARGEST = 128;
const UNITS = 4;
const SEED = 7;

/** One column of a batch under one convention. */
export interface Convention {
  name: 'lecture' | 'torch' | 'paper';
  /** Variance that normalises the batch while training. */
  training: number;
  /** What goes into the running average, and what is used later, were this batch all of it. */
  kept: number;
  later: number;
  /** Of the first examples. */
  outputs: number[];
  /** Unbiased, of all outputs of the column. */
  outputsStd: number;
}

/** The three conventions on one batch, computed by `BatchNorm1d`. */
export class Conventions {
  readonly #batch: Tensor;
  readonly #draws: Float32Array;
  readonly #norms: Record<0 | 1, BatchNorm1d>;
  readonly dispose: () => void;

  private constructor(core: Core) {
    this.dispose = () => core.dispose();
    this.#draws = new Generator(SEED).randn(LARGEST * UNITS).map((draw) => 3 * draw + 1);
    this.#batch = core.tensor([LARGEST, UNITS]);
    const make = (correction: 0 | 1) => {
      const norm = new BatchNorm1d(UNITS, { correction, momentum: 1 });
      norm.reserve(core, LARGEST);
      return norm;
    };
    this.#norms = { 0: make(0), 1: make(1) };
  }

  static async load(): Promise<Conventions> {
    return new Conventions(await load());
  }

  /** Inputs of the first unit on the first examples. */
  inputs(shown: number): number[] {
    return Array.from({ length: shown }, (_, i) => this.#draws[i * UNITS]);
  }

  /**
   * Lecture: unbiased for both. torch.nn.BatchNorm1d: biased normalises, unbiased is kept. Ioffe and Szegedy 2015: the
   * biased is kept too, and multiplied by n / (n − 1) when it is used.
   */
  measure(rows: number, shown: number): Convention[] {
    this.#batch.resize(rows);
    this.#batch.set(this.#draws.subarray(0, rows * UNITS));
    const { variance } = this.#norms[0].measure(this.#batch);
    const biased = variance[0];
    const [lecture, torch] = [this.#apply(1, shown), this.#apply(0, shown)];
    const unbiased = lecture.kept;
    return [
      { name: 'lecture', ...lecture, training: unbiased, later: lecture.kept },
      { name: 'torch', ...torch, training: biased, later: torch.kept },
      { ...torch, name: 'paper', training: biased, kept: biased, later: (biased * rows) / (rows - 1) },
    ];
  }

  #apply(correction: 0 | 1, shown: number) {
    const norm = this.#norms[correction];
    const out = norm.forward(this.#batch);
    const column = Array.from({ length: out.rows }, (_, i) => out.data[i * out.stride]);
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return {
      // Momentum 1: the running variance is what was kept of this batch.
      kept: norm.runningSpread.toArray()[0],
      outputs: column.slice(0, shown),
      outputsStd: Math.sqrt(squares / (column.length - 1)),
    };
  }
}
