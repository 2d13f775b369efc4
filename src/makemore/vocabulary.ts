import { printable } from '../core/printable.js';

const BOUNDARY = '.';

/**
 * The characters of a list of names as tokens 0 … size − 1.
 *
 * A character is a Unicode code point, of any script. Token 0 is `.`, which marks where a name begins and ends; the
 * distinct characters of the names follow, sorted by code point. For the letters a–z that is `stoi` of the makemore
 * lectures: a = 1 … z = 26, size 27.
 */
export class Vocabulary {
  /** The character of each token: `tokens[0]` is `.`. */
  readonly tokens: readonly string[];
  readonly #indices: ReadonlyMap<string, number>;

  /**
   * @param names names without `.`, or any strings that hold the same characters: `new Vocabulary(other.tokens.slice(1))`
   *   makes an equal vocabulary
   * @throws RangeError where a name holds `.`, or no name holds any character
   */
  constructor(names: Iterable<string>) {
    const characters = new Set<string>();
    for (const name of names) {
      for (const character of name) characters.add(character);
      if (name.includes(BOUNDARY)) throw boundaryInside(name);
    }
    if (characters.size === 0) {
      throw new RangeError('Vocabulary: expected names with at least one character, got none');
    }
    this.tokens = [BOUNDARY, ...[...characters].sort(byCodePoint)];
    this.#indices = new Map(this.tokens.map((character, index) => [character, index]));
  }

  /** The number of tokens, `.` included. */
  get size(): number {
    return this.tokens.length;
  }

  /**
   * The tokens of a name, one a character, without the boundary.
   *
   * @throws RangeError where the name holds `.` or a character that the vocabulary lacks
   */
  encode(name: string): number[] {
    return Array.from(name, (character) => {
      if (character === BOUNDARY) throw boundaryInside(name);
      const token = this.#indices.get(character);
      if (token === undefined) {
        throw new RangeError(
          `Vocabulary: expected characters out of its ${this.size - 1}, got '${printable(character)}' in '${printable(name)}'`,
        );
      }
      return token;
    });
  }

  /**
   * The text of the tokens; token 0 reads `.`, so a sampled name ends with it as in the lecture.
   *
   * @throws RangeError for anything but integers 0 … size − 1
   */
  decode(tokens: Iterable<number>): string {
    let text = '';
    for (const token of tokens) {
      const character = this.tokens[token];
      if (character === undefined) {
        throw new RangeError(`Vocabulary: expected tokens 0 to ${this.size - 1}, got ${token}`);
      }
      text += character;
    }
    return text;
  }
}

function boundaryInside(name: string): RangeError {
  return new RangeError(
    `Vocabulary: expected a name without '.', the token for where names begin and end, got '${printable(name)}'`,
  );
}

/** The default order of strings is that of UTF-16 units, which puts U+10000 before U+FFFD. */
function byCodePoint(a: string, b: string): number {
  return (a.codePointAt(0) as number) - (b.codePointAt(0) as number);
}
