import { type NameList, PythonRandom, splitNames, Vocabulary } from 'lanewise/makemore';
import type { Origin } from './protocol.js';

/** Of the shuffle before the split, as `makeDataset` does it. */
const SHUFFLE_SEED = 42;

/** Which names of a list are trained on and which are held out for validation and test. */
export class Origins {
  static readonly #made = new WeakMap<NameList, Origins>();
  readonly #trained: ReadonlySet<string>;
  readonly #all: ReadonlySet<string>;
  /** What ends a name that was not cut. */
  readonly #boundary: string;

  private constructor({ names, source }: NameList) {
    const shuffled = [...names];
    new PythonRandom(SHUFFLE_SEED).shuffle(shuffled);
    this.#trained = new Set(splitNames(shuffled, source).train);
    this.#all = new Set(names);
    this.#boundary = new Vocabulary(names).boundary;
  }

  /** Made once for a list, when it is first asked for. */
  static for(names: NameList): Origins {
    const made = Origins.#made.get(names) ?? new Origins(names);
    Origins.#made.set(names, made);
    return made;
  }

  /** Of a name as it is drawn, with the boundary at its end; one that was cut is nobody's. */
  of(sample: string): Origin {
    const name = sample.endsWith(this.#boundary) ? sample.slice(0, -this.#boundary.length) : undefined;
    if (name === undefined || !this.#all.has(name)) return 'new';
    return this.#trained.has(name) ? 'trained' : 'held-out';
  }
}
