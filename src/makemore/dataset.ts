import { PythonRandom } from '../random/python.js';
import { type NameList, NamesError } from './names.js';
import { Vocabulary } from './vocabulary.js';

/** Examples for predicting the next character from the ones before it. */
export interface Examples {
  /** The contexts, (count, contextLength), row-major: oldest token first, token 0 before the start of a name. */
  x: Int32Array;
  /** The token that follows each context, (count). */
  y: Int32Array;
  count: number;
}

/** The parts of a whole: 80 % to train on, 10 % to tune by, 10 % to test with at the end. */
export interface Splits<T> {
  train: T;
  val: T;
  test: T;
}

/** The examples that names make, in three splits. */
export interface Dataset extends Splits<Examples> {
  vocabulary: Vocabulary;
  contextLength: number;
  /** How many names each split holds. */
  words: Splits<number>;
}

/** Of `makeDataset`. */
export interface DatasetOptions {
  /** How many characters the network sees, `block_size` in the lecture: an integer of 1 or more. Default 3. */
  contextLength?: number;
  /** Seed of the shuffle before the split, as in Python's `random.seed`. Default 42. */
  shuffleSeed?: number;
}

/** The fewest names for which none of the three splits is empty. */
const FEWEST_NAMES = 6;

/**
 * Every example of the names, in their order: one for each character and one for the end of each name, so
 * count = Σ (length + 1). This is `build_dataset` of the makemore lectures.
 *
 * @throws RangeError where contextLength is not an integer of 1 or more, or a name holds a character that the
 *   vocabulary lacks
 */
export function contexts(names: readonly string[], vocabulary: Vocabulary, contextLength: number): Examples {
  if (!Number.isInteger(contextLength) || contextLength < 1) {
    throw new RangeError(
      `contexts: expected a context length that is an integer of 1 or more, got ${contextLength}`,
    );
  }
  // As many as there are at most: a character is one or two UTF-16 units.
  const labels = new Int32Array(names.reduce((sum, name) => sum + name.length + 1, 0));
  let count = 0;
  for (const name of names) {
    for (const token of vocabulary.encode(name)) labels[count++] = token;
    count++;
  }
  const y = labels.slice(0, count);
  // A row is the one before it, shifted by one; the first of a name is all zeros.
  const x = new Int32Array(count * contextLength);
  for (let row = 1; row < count; row++) {
    if (y[row - 1] === 0) continue;
    const end = (row + 1) * contextLength - 1;
    for (let i = end - contextLength + 1; i < end; i++) x[i] = x[i - contextLength + 1];
    x[end] = y[row - 1];
  }
  return { x, y, count };
}

/**
 * The names in their order, cut at 80 % and at 90 %, each rounded down as `int(0.8 * n)` in Python.
 *
 * @param source what the error calls the names
 * @throws NamesError for fewer than 6 names, which would leave a split empty
 */
export function splitNames(names: readonly string[], source = 'splitNames'): Splits<string[]> {
  const n = names.length;
  if (n < FEWEST_NAMES) {
    throw new NamesError(
      `${source}: expected at least ${FEWEST_NAMES} names, so that none of train, val and test is empty, got ${n}`,
    );
  }
  const n1 = Math.trunc(0.8 * n);
  const n2 = Math.trunc(0.9 * n);
  return { train: names.slice(0, n1), val: names.slice(n1, n2), test: names.slice(n2) };
}

/**
 * The data that a character model trains on, made as in the makemore lectures: the vocabulary of all names, a copy of
 * the names shuffled by Python's generator, split, and every split as examples. Same list and seed, same data as
 * there.
 *
 * @throws NamesError for fewer than 6 names; RangeError for a context length that is not an integer of 1 or more,
 *   and for a seed that is not a safe integer
 */
export function makeDataset(list: NameList, options: DatasetOptions = {}): Dataset {
  const { contextLength = 3, shuffleSeed = 42 } = options;
  const vocabulary = new Vocabulary(list.names);
  const shuffled = [...list.names];
  new PythonRandom(shuffleSeed).shuffle(shuffled);
  const { train, val, test } = splitNames(shuffled, list.source);
  return {
    vocabulary,
    contextLength,
    train: contexts(train, vocabulary, contextLength),
    val: contexts(val, vocabulary, contextLength),
    test: contexts(test, vocabulary, contextLength),
    words: { train: train.length, val: val.length, test: test.length },
  };
}
