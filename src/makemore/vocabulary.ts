import { printable } from '../core/printable.js';

/** How the boundary may be printed, the first that no name holds. */
const BOUNDARIES = ['.', '␃', '⏎', '·', '∎', '¶'] as const;
/** Where none of these is free, the first character from here on that no name holds: private use, of no script. */
const PRIVATE_USE = 0xe000;
const CODE_POINTS = 0x110000;

/**
 * The characters of a list of names as tokens 0 … size − 1.
 *
 * A character is a Unicode code point, of any script. Token 0 is the boundary, which marks where a name begins and
 * ends; the distinct characters of the names follow, sorted by code point. For the letters a–z that is `stoi` of the
 * makemore lectures: a = 1 … z = 26, size 27.
 *
 * The boundary is printed as `.`, as in the lecture, unless a name holds a `.`: then as the first of `␃ ⏎ · ∎ ¶` that
 * no name holds, or else the first character from U+E000 on (private use) that none holds. So it is never one of the
 * names' characters, and a `.` in a name is a character as any other.
 */
export class Vocabulary {
  /** The character of each token: `tokens[0]` is the boundary as it is printed. */
  readonly tokens: readonly string[];
  /** The token of each code point up to the largest of the names; 0 where there is none. */
  readonly #indices: Int32Array;

  /**
   * @param names names, or any strings that hold the same characters: `new Vocabulary(other.tokens.slice(1))` makes an
   *   equal vocabulary, with the same boundary
   * @throws RangeError where no name holds any character, or they hold all that there are
   */
  constructor(names: Iterable<string>) {
    const seen = new Uint8Array(CODE_POINTS);
    for (const name of names) {
      for (let i = 0; i < name.length; i++) {
        const code = name.codePointAt(i) as number;
        seen[code] = 1;
        if (code > 0xffff) i++;
      }
    }
    const codes: number[] = [];
    for (let code = seen.indexOf(1); code >= 0; code = seen.indexOf(1, code + 1)) codes.push(code);
    const largest = codes.at(-1);
    if (largest === undefined) {
      throw new RangeError('Vocabulary: expected names with at least one character, got none');
    }
    this.tokens = [boundaryBeside(seen), ...codes.map((code) => String.fromCodePoint(code))];
    this.#indices = new Int32Array(largest + 1);
    codes.forEach((code, i) => {
      this.#indices[code] = i + 1;
    });
  }

  /** The number of tokens, the boundary included. */
  get size(): number {
    return this.tokens.length;
  }

  /** Token 0 as it is printed: a character that no name holds. */
  get boundary(): string {
    return this.tokens[0];
  }

  /**
   * The tokens of a name, one a character, without the boundary.
   *
   * @throws RangeError where the name holds a character that the vocabulary lacks; the boundary is one of these
   */
  encode(name: string): number[] {
    const tokens: number[] = [];
    for (let i = 0; i < name.length; i++) {
      const code = name.codePointAt(i) as number;
      const token = this.#indices[code];
      // 0 or, beyond the table, undefined.
      if (!token) throw this.#unknown(String.fromCodePoint(code), name);
      tokens.push(token);
      if (code > 0xffff) i++;
    }
    return tokens;
  }

  /**
   * The text of the tokens; token 0 reads as the boundary, so a sampled name ends with it as in the lecture.
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

  #unknown(character: string, name: string): RangeError {
    if (character === this.boundary)
      return new RangeError(
        `Vocabulary: expected a name without '${character}', the token for where names begin and end, got '${printable(name)}'`,
      );
    return new RangeError(
      `Vocabulary: expected characters out of its ${this.size - 1}, got '${printable(character)}' in '${printable(name)}'`,
    );
  }
}

function boundaryBeside(seen: Uint8Array): string {
  const free = BOUNDARIES.find((boundary) => seen[boundary.codePointAt(0) as number] === 0);
  if (free !== undefined) return free;
  const code = seen.indexOf(0, PRIVATE_USE);
  if (code < 0)
    throw new RangeError('Vocabulary: expected names that leave a character for the boundary, got all');
  return String.fromCodePoint(code);
}
