import { expectInteger } from '../core/expect.js';
import { came } from '../core/kind.js';
import { Generator } from '../random/generator.js';
import type { TrainerOptions } from './trainer-options.js';

/**
 * Which examples a minibatch takes.
 *
 * `replacement`: each step draws anew, as torch.randint(0, count, (batchSize,)), as the lecture does. `epochs`: all of
 * them, shuffled by torch.randperm, before any comes again; the last batch of an epoch holds what is left (a single
 * example joins the batch before: batch norm has no variance of it). `ordered`: the same without the shuffle.
 */
export type Sampling = 'replacement' | 'epochs' | 'ordered';

/** What draws from so many examples, by the options of a trainer. */
export function samplerOf(options: TrainerOptions, count: number): Sampler {
  expectInteger('Trainer', 'examples.count', count, 1);
  const { seed, generator, batchSize = Math.min(32, count) } = options;
  const { sampling = generator === undefined ? 'epochs' : 'replacement' } = options;
  if (!['replacement', 'epochs', 'ordered'].includes(sampling))
    throw new TypeError(
      `Trainer: expected sampling 'replacement', 'epochs' or 'ordered', got ${came(sampling)}`,
    );
  expectInteger('Trainer', 'batchSize', batchSize, 1);
  return new Sampler(sampling, generator ?? new Generator(seed), count, batchSize);
}

/** The rows of each minibatch, one after the other. */
export class Sampler {
  readonly sampling: Sampling;
  /** Examples of a minibatch. */
  readonly size: number;
  readonly generator: Generator;
  readonly #count: number;
  /** Batches of an epoch. */
  readonly batches: number;
  readonly #picks: Int32Array;
  /** The same, as long as an epoch's last batch. */
  readonly #last: Int32Array;
  order: Int32Array | undefined;
  /** The generator at the beginning of the epoch: what a resumed run draws the same order from. */
  begin: Generator | undefined;

  constructor(sampling: Sampling, generator: Generator, count: number, size: number) {
    this.sampling = sampling;
    this.size = size;
    this.generator = generator;
    this.#count = count;
    const rows = sampling === 'replacement' ? size : Math.min(size, count);
    const left = count % rows;
    this.batches = Math.max(1, Math.floor(count / rows) + (left > 1 ? 1 : 0));
    const room = new Int32Array(rows + 1);
    this.#picks = room.subarray(0, rows);
    this.#last = room.subarray(0, left > 1 ? left : rows + left);
  }

  /** The examples of step number `step`; valid until the next call. */
  next(step: number): Int32Array {
    const picks = this.#picks;
    if (this.sampling === 'replacement') return this.generator.randintInto(picks, 0, this.#count);
    const batch = step % this.batches;
    if (this.order === undefined || batch === 0) this.shuffle();
    const order = this.order as Int32Array;
    const rows = batch === this.batches - 1 ? this.#last : picks;
    const first = batch * picks.length;
    for (let i = 0; i < rows.length; i++) rows[i] = order[first + i];
    return rows;
  }

  /** The order of the epoch that begins. */
  shuffle(): void {
    // All of them in one batch: in their order, whatever the sampling.
    if (this.sampling === 'ordered' || this.batches === 1) {
      this.order ??= Int32Array.from({ length: this.#count }, (_, i) => i);
      return;
    }
    this.begin ??= new Generator();
    this.begin.copyFrom(this.generator);
    this.order = this.generator.randperm(this.#count);
  }
}
