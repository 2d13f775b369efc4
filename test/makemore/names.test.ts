import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInNames, NamesError, parseNames } from '../../src/makemore/names.js';

const LECTURE = process.env.LANEWISE_NAMES ?? '../shared/data/names.txt';

const parse = (text: string) => parseNames(new TextEncoder().encode(text), 'list.txt');
const parseBytes = (...bytes: number[]) => parseNames(Uint8Array.from(bytes), 'list.txt');

/** The message of the NamesError that the call throws; fails where it throws none. */
function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(NamesError);
    expect((error as Error).name).toBe('NamesError');
    return (error as Error).message;
  }
  return expect.fail('expected a NamesError, got none');
}

describe('parseNames reads', () => {
  it('one name a line, in order', () => {
    expect(parse('emma\nolivia\nava\n')).toEqual({
      names: ['emma', 'olivia', 'ava'],
      blankLines: 0,
      sha256: '89e11e9e973f88599a3771682b8c66f346e1fca5328ac8ec2163454c09c2a9de',
      source: 'list.txt',
      lecture: false,
    });
  });

  it.each([
    ['no line feed at the end', 'emma\nava'],
    ['CRLF', 'emma\r\nava\r\n'],
    ['CRLF and LF mixed, nothing at the end', 'emma\r\nava'],
    ['a byte order mark', '\uFEFFemma\nava\n'],
    ['spaces and tabs around names', '  emma\t\n ava \n'],
  ])('%s', (_, text) => {
    const list = parse(text);
    expect(list.names).toEqual(['emma', 'ava']);
    expect(list.blankLines).toBe(0);
  });

  it('past blank lines, which it counts', () => {
    const list = parse('\nemma\n\n \t\nava\r\n\r\n\n  ');
    expect(list.names).toEqual(['emma', 'ava']);
    expect(list.blankLines).toBe(6);
  });

  it('duplicates, each time', () => {
    expect(parse('ava\nemma\nava\n').names).toEqual(['ava', 'emma', 'ava']);
  });

  it('any script, case and inner spaces as they are', () => {
    const names = ['Ελένη', 'Наталья', '小明', '👩🏽‍🚀', 'Mary Ann', "O'Neill", 'e\u0301lan', '\uFFFD'];
    expect(parse(names.join('\n')).names).toEqual(names);
  });

  it('back whatever names were written, with either line end', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text === text.trim() && text !== '' && !/[.\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 2 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (names, end, last) => {
          expect(parse(names.join(end) + (last ? end : '')).names).toEqual(names);
        },
      ),
    );
  });
});

it('parseNames reads names with a dot, or with any other form of the boundary', () => {
  expect(parse('st. john\n...\na␃b\n').names).toEqual(['st. john', '...', 'a␃b']);
});

describe('parseNames refuses, naming source and line,', () => {
  it('an empty file', () => {
    expect(messageOf(() => parse(''))).toBe('list.txt: expected names, one a line, got an empty file');
  });

  it('a file without names', () => {
    expect(messageOf(() => parse('\n \n\t'))).toBe(
      'list.txt: expected names, one a line, got nothing but blank lines (3)',
    );
    expect(messageOf(() => parse('\uFEFF'))).toBe(
      'list.txt: expected names, one a line, got nothing but a byte order mark',
    );
  });

  it('a single name', () => {
    expect(messageOf(() => parse('\nemma\n'))).toBe(
      "list.txt: expected at least 2 names, one a line, got 1: 'emma'",
    );
  });

  it('a single name, shortened where the file is one long line', () => {
    expect(messageOf(() => parse('🦊'.repeat(1000)))).toBe(
      `list.txt: expected at least 2 names, one a line, got 1: '${'🦊'.repeat(40)}…'`,
    );
  });

  it.each([
    ['a Latin-1 letter', [0x61, 0x0a, 0x62, 0xe9, 0x0a, 0x63], 2, '0xe9', 3],
    ['a byte that never starts a character', [0x61, 0x0a, 0x0a, 0xff, 0x0a], 3, '0xff', 3],
    ['UTF-16 with its byte order mark', [0xff, 0xfe, 0x61, 0x00], 1, '0xff', 0],
    ['a character cut off by the end', [0x61, 0x0a, 0xe2, 0x82], 2, '0xe2', 2],
    ['a cut-off character that starts as U+FFFD does', [0x61, 0x0a, 0xef, 0xbf, 0x61], 2, '0xef', 2],
    ['the same at the end', [0x61, 0x0a, 0xef, 0xbf], 2, '0xef', 2],
    ['invalid bytes after a genuine U+FFFD', [0xef, 0xbf, 0xbd, 0x0a, 0x80], 2, '0x80', 4],
    ['invalid bytes after a byte order mark', [0xef, 0xbb, 0xbf, 0x61, 0x0a, 0xc0], 2, '0xc0', 5],
  ])('bytes that are not UTF-8: %s', (_, bytes, line, byte, offset) => {
    expect(messageOf(() => parseBytes(...bytes))).toBe(
      `list.txt: line ${line}: expected UTF-8 text, got byte ${byte} at offset ${offset}`,
    );
  });

  it.each([
    ['a NUL', 'emma\nav\0a\n', 2, 'U+0000'],
    ['a NUL at the start of a line', 'emma\n\0ava\n', 2, 'U+0000'],
    ['an escape', '\n\n\u001B[31memma\nava', 3, 'U+001B'],
    ['a tab within a line', 'emma\t20000\nava\t14000\n', 1, 'U+0009'],
    ['carriage returns alone', 'emma\rava\rmia\r', 1, 'U+000D'],
    ['a control character above ASCII', 'emma\nav\u0085a\n', 2, 'U+0085'],
  ])('control characters: %s', (_, text, line, character) => {
    expect(messageOf(() => parse(text))).toBe(
      `list.txt: line ${line}: expected one name, ended by LF or CRLF, got control character ${character}`,
    );
  });
});

describe('the built-in names', () => {
  it('are the list of 2018', async () => {
    const list = await builtInNames();
    expect(list.sha256).toBe('a311634f5113663f131a60cd0c76afb8420199991dbd9045773b8a2949ada835');
    expect(list.source).toBe('built-in');
    expect(list.lecture).toBe(false);
    expect(list.blankLines).toBe(0);
    expect(list.names).toHaveLength(32178);
    expect(new Set(list.names).size).toBe(29619);
    expect(list.names.slice(0, 5)).toEqual(['emma', 'olivia', 'ava', 'isabella', 'sophia']);
    expect(list.names.slice(-5)).toEqual(['zylas', 'zyran', 'zyrie', 'zyron', 'zzyzx']);
    const lengths = list.names.map((name) => name.length);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([2, 15]);
  });
});

describe("the lecture's names", () => {
  it('are recognised by their bytes alone', (test) => {
    if (!existsSync(LECTURE)) test.skip(`${LECTURE} is absent; LANEWISE_NAMES names another place`);
    const bytes = readFileSync(LECTURE);
    const list = parseNames(bytes, LECTURE);
    expect(list.lecture).toBe(true);
    expect(list.source).toBe(LECTURE);
    expect(list.names).toHaveLength(32033);
    expect(new Set(list.names).size).toBe(29494);

    const withLineFeed = parseNames(Uint8Array.from([...bytes, 0x0a]), LECTURE);
    expect(withLineFeed.names).toEqual(list.names);
    expect(withLineFeed.lecture).toBe(false);
  });
});
