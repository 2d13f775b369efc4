import type { Moment } from './protocol.js';

interface Kept {
  moment: Moment;
  /** The run as a checkpoint, from which it can go on. */
  checkpoint: Uint8Array;
  bytes: number;
}

/** From one kept moment to the next the steps grow by a tenth. */
const GROWTH = 1.1;

/** The next step to keep: the same for every run, so that two of them can be compared at any kept step. */
function nextAfter(step: number): number {
  let next = 0;
  while (next <= step) next = Math.max(next + 1, Math.ceil(next * GROWTH));
  return next;
}

/** The moments of a run that one can go back to, within a budget of bytes. */
export class History {
  #kept: Kept[] = [];
  #bytes = 0;
  /** Of the last checkpoint. */
  #checkpointBytes = 0;
  /** The first step after which the next moment is to be kept. */
  next = 0;

  get steps(): number[] {
    return this.#kept.map(({ moment }) => moment.step);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a moment, and the run as `save` writes it, unless it is larger than the budget. */
  keep(moment: Moment, save: () => Uint8Array, budget: number): void {
    const { step } = moment;
    if (this.#kept.at(-1)?.moment.step === step) return;
    this.next = nextAfter(step);
    // To write a large network takes longer than a step.
    if (this.#checkpointBytes > budget) return;
    const checkpoint = save();
    this.#checkpointBytes = checkpoint.byteLength;
    const bytes = checkpoint.byteLength + sizeOf(moment);
    this.#kept.push({ moment, checkpoint, bytes });
    this.#bytes += bytes;
    this.thin(budget);
  }

  /**
   * Lets go of the moments that are closest together, in ratio, until the rest fits. The first and the last go only where
   * nothing else is left: the last before the first.
   */
  thin(budget: number): void {
    while (this.#bytes > budget && this.#kept.length > 0) {
      let closest = this.#kept.length > 2 ? 1 : this.#kept.length - 1;
      let least = Number.POSITIVE_INFINITY;
      for (let i = 1; i < this.#kept.length - 1; i++) {
        const gap = (this.#kept[i + 1].moment.step + 1) / (this.#kept[i - 1].moment.step + 1);
        if (gap >= least) continue;
        least = gap;
        closest = i;
      }
      const [gone] = this.#kept.splice(closest, 1);
      this.#bytes -= gone.bytes;
    }
  }

  at(step: number): Kept {
    const found = this.#kept.find(({ moment }) => moment.step === step);
    if (found === undefined)
      throw new RangeError(`History: expected one of the kept steps ${this.steps.join(', ')}, got ${step}`);
    return found;
  }

  /** The moments up to a step, for a run that goes on from there. */
  branch(step: number, run: number): History {
    const branch = new History();
    for (const kept of this.#kept.filter(({ moment }) => moment.step <= step)) {
      branch.#kept.push({ ...kept, moment: { ...kept.moment, run } });
      branch.#bytes += kept.bytes;
    }
    branch.#checkpointBytes = this.#checkpointBytes;
    branch.next = nextAfter(step);
    return branch;
  }
}

/** Bytes of the arrays in a value, and a little for each of its objects. */
function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, each) => sum + sizeOf(each), 32);
}
