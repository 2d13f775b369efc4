import { bytesToHex } from '@noble/hashes/utils.js';
import { came, isUint8Array } from '../core/kind.js';
import { printable } from '../core/printable.js';
import { Sha256 } from '../core/sha256.js';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.js';

/** The list of the makemore lectures: names.txt, 32,033 names. */
const LECTURE_SHA256 = '0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d';

/** A list of names as it was read. */
export interface NameList {
  /** The names in the order of the file, duplicates kept. At least two. */
  names: string[];
  /** How many lines were skipped because they held nothing but whitespace. */
  blankLines: number;
  /** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
  sha256: string;
  /** Where the bytes came from: the path of a file, or `built-in`. */
  source: string;
  /** Whether this is, byte for byte, the list that the makemore lectures use. */
  lecture: boolean;
}

/** A list of names that cannot be used. The message names the source, the line, what was expected and what came. */
export class NamesError extends Error {
  // As a field it could not be where Error.prototype is frozen.
  override get name(): 'NamesError' {
    return 'NamesError';
  }
}

/**
 * Reads a list of names: UTF-8 text in any script, one name a line.
 *
 * A line ends with LF or CRLF; the last one need not. A byte order mark at the start is dropped. Whitespace around a
 * name is trimmed, blank lines are skipped and counted, duplicates are kept. Case and Unicode normalisation are left
 * as they are. Any character may be in a name but control characters: a `.` too (see `Vocabulary` for how the token
 * that marks where names begin and end is printed then).
 *
 * @param source what errors call the list, such as the path of the file
 * @throws TypeError unless a Uint8Array; NamesError for bytes that are not UTF-8, a control character inside a name (a
 *   lone CR too), and fewer than two names
 */
export function parseNames(bytes: Uint8Array, source: string): NameList {
  if (!isUint8Array(bytes)) throw new TypeError(`parseNames: expected a Uint8Array, got ${came(bytes)}`);
  if (bytes.length === 0) {
    throw new NamesError(`${source}: expected names, one a line, got an empty file`);
  }
  const lines = textOf(bytes, source).split('\n');
  if (lines.at(-1) === '') lines.pop();

  const names: string[] = [];
  lines.forEach((line, index) => {
    const name = line.trim();
    if (name === '') return;
    checkName(name, `${source}: line ${index + 1}`);
    names.push(name);
  });
  const blankLines = lines.length - names.length;

  if (names.length === 0) {
    const got = blankLines === 0 ? 'a byte order mark' : `blank lines (${blankLines})`;
    throw new NamesError(`${source}: expected names, one a line, got nothing but ${got}`);
  }
  if (names.length === 1) {
    throw new NamesError(`${source}: expected at least 2 names, one a line, got 1: ${quote(names[0])}`);
  }
  // A view of this realm's class, the only one that the hash takes for sure.
  const digest = bytesToHex(
    new Sha256().update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)).digest(),
  );
  return { names, blankLines, sha256: digest, source, lecture: digest === LECTURE_SHA256 };
}

/**
 * The names that the library carries: 32,178 first names, births of 2018 in the United States, from the Social
 * Security Administration's national data (public domain). They are loaded at the first call, so that a program that
 * does not ask for them does not ship them.
 */
export async function builtInNames(): Promise<NameList> {
  const { default: text } = await import('./data/ssa-2018.txt?raw');
  return parseNames(encodeUtf8(text), 'built-in');
}

/** Without the byte order mark. */
function textOf(bytes: Uint8Array, source: string): string {
  const text = decodeUtf8(bytes);
  if (typeof text === 'string') return text.startsWith('\ufeff') ? text.slice(1) : text;
  const line = bytes.subarray(0, text).reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1);
  const byte = bytes[text].toString(16).padStart(2, '0');
  throw new NamesError(`${source}: line ${line}: expected UTF-8 text, got byte 0x${byte} at offset ${text}`);
}

function checkName(name: string, place: string): void {
  const control = /\p{Cc}/u.exec(name);
  if (control) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    throw new NamesError(`${place}: expected one name, ended by LF or CRLF, got control character U+${code}`);
  }
}

/** The name in quotes, shortened to 40 characters where a file turns out to be one very long line. */
function quote(name: string): string {
  // A character is one or two UTF-16 units, so 82 of them hold at least 41.
  const characters = [...name.slice(0, 82)];
  return `'${printable(characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : name)}'`;
}
