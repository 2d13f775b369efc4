/**
 * A notebook as a file: Observable's open notebook format, an HTML document whose cells are script elements. The format is
 * theirs, and the runtime (session.ts); not the kit around both (2.1). It transpiles with TypeScript, 1.6 MB compressed,
 * where a page has 0.6 MB in all; parses with a DOM, which Node has by jsdom only; and takes a script that never ends, or
 * two cells of one number, without a word.
 *
 * Source: https://observablehq.com/notebook-kit/kit
 */
import { Parser } from 'htmlparser2';

/** What a cell holds: TypeScript, JavaScript, or Markdown. */
export type Mode = 'ts' | 'js' | 'md';

export interface Cell {
  /** A whole number from 1, which no other cell of the notebook has: a link to the cell, and its name in messages. */
  id: number;
  mode: Mode;
  source: string;
  /** Whether the source is shown beside the output. */
  pinned: boolean;
  /** Whether a value is left unshown. */
  hidden: boolean;
  /** Line of the file, from 1, on which the source begins; undefined for a cell that is in no file. */
  line?: number;
}

export interface Notebook {
  title: string;
  /** The format's name of how it looks. */
  theme: string;
  cells: Cell[];
}

/** A file that is no notebook. The message has file, line and column, what was expected, and what came. */
export class NotebookError extends Error {
  // As a field it could not be where Error.prototype is frozen.
  override get name(): 'NotebookError' {
    return 'NotebookError';
  }
}

const TYPES: Record<string, Mode> = {
  module: 'js',
  'text/x-typescript': 'ts',
  'text/markdown': 'md',
};
const ATTRIBUTES = ['id', 'type', 'pinned', 'hidden'];
/** How far the source of a cell is indented in the file. */
const INDENT = 4;

/**
 * Reads a notebook.
 *
 * @param source what errors call the text, such as the path of the file
 * @throws NotebookError for what is no notebook, a cell of another type or without an end, a number that is none or stands
 *   twice
 */
export function parseNotebook(text: string, source: string): Notebook {
  const reading = new Reading(text, source);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reading.open(name, attributes, parser.startIndex),
      ontext: (data) => reading.text(data, parser.startIndex),
      onclosetag: (name, implied) => reading.close(name, implied),
    },
    { decodeEntities: true },
  );
  parser.end(text);
  return reading.notebook();
}

/** What has been read so far. */
class Reading {
  readonly #text: string;
  readonly #source: string;
  readonly #cells: Cell[] = [];
  #theme = 'air';
  #title = '';
  #notebook: 'before' | 'within' | 'after' = 'before';
  /** The element in hand, and where it begins. */
  #element: { name: 'title' | 'script'; start: number; from: number } | undefined;
  #cell: Cell | undefined;
  #raw = '';

  constructor(text: string, source: string) {
    this.#text = text;
    this.#source = source;
  }

  open(name: string, attributes: Record<string, string>, start: number): void {
    if (name === 'notebook') {
      if (this.#notebook !== 'before') this.#refuse(start, 'one notebook', 'another <notebook>');
      this.#notebook = 'within';
      this.#theme = attributes.theme ?? this.#theme;
      return;
    }
    if (this.#notebook !== 'within') {
      // What a document has around its body.
      if (['html', 'head', 'meta', 'body'].includes(name)) return;
      this.#refuse(start, '<notebook>', `<${name}>`);
    }
    if (name !== 'title' && name !== 'script') this.#refuse(start, '<title> or <script>', `<${name}>`);
    this.#element = { name, start, from: this.#text.indexOf('>', start) + 1 };
    this.#raw = '';
    if (name === 'script') this.#cell = this.#begin(attributes, start);
  }

  #begin(attributes: Record<string, string>, start: number): Cell {
    const { id = '', type = 'module' } = attributes;
    const unknown = Object.keys(attributes).find((name) => !ATTRIBUTES.includes(name));
    if (unknown !== undefined)
      this.#refuse(start, `a cell with the attributes ${ATTRIBUTES.join(', ')}`, `'${unknown}'`);
    const number = /^[1-9]\d{0,8}$/.test(id) ? Number(id) : Number.NaN;
    if (Number.isNaN(number)) this.#refuse(start, 'a cell with a whole number from 1 as its id', `'${id}'`);
    if (this.#cells.some((cell) => cell.id === number))
      this.#refuse(start, 'an id of its own for each cell', `${id} again`);
    const mode = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    if (mode === undefined)
      return this.#refuse(start, `a cell of type ${Object.keys(TYPES).join(', ')}`, `'${type}'`);
    return {
      id: number,
      mode,
      source: '',
      pinned: 'pinned' in attributes,
      hidden: 'hidden' in attributes,
    };
  }

  text(data: string, start: number): void {
    if (this.#element !== undefined) this.#raw += data;
    else if (data.trim() !== '')
      this.#refuse(
        start + data.search(/\S/),
        this.#notebook === 'within' ? '<title> or <script>' : '<notebook>',
        `'${data.trim().slice(0, 20)}'`,
      );
  }

  close(name: string, implied: boolean): void {
    if (name === 'notebook') {
      if (implied) this.#refuse(this.#text.length, '</notebook>', 'the end of the file');
      this.#notebook = 'after';
    }
    const element = this.#element;
    if (element === undefined || element.name !== name) return;
    if (implied) this.#refuse(element.start, `</${name}> after <${name}>`, 'the end of the file');
    this.#element = undefined;
    if (name === 'title') this.#title = this.#raw.trim();
    else if (this.#cell !== undefined) {
      // A script has no entities; its own end tag is written with a backslash.
      const { lines, skipped } = dedent(this.#raw.replace(/<\\(?=\\*\/script[\s>])/gi, '<'));
      const line = this.#position(element.from).line + skipped;
      this.#cells.push({ ...this.#cell, source: lines.join('\n'), line });
    }
  }

  notebook(): Notebook {
    if (this.#notebook === 'before') this.#refuse(this.#text.length, '<notebook>', 'the end of the file');
    return { title: this.#title || 'Untitled', theme: this.#theme, cells: this.#cells };
  }

  #position(index: number): { line: number; column: number } {
    const before = this.#text.slice(0, index).split('\n');
    return { line: before.length, column: before[before.length - 1].length + 1 };
  }

  #refuse(index: number, expected: string, got: string): never {
    const { line, column } = this.#position(index);
    throw new NotebookError(`${this.#source}:${line}:${column}: expected ${expected}, got ${got}`);
  }
}

/** The lines of a cell without the indentation of the file, and how many were skipped at the beginning. */
function dedent(text: string): { lines: string[]; skipped: number } {
  const lines = text.split(/\r\n?|\n/);
  if (lines.at(-1)?.trim() === '') lines.pop();
  const skipped = lines[0]?.trim() === '' ? 1 : 0;
  const indent = new RegExp(`^ {1,${INDENT}}`);
  return { lines: lines.slice(skipped).map((line) => line.replace(indent, '')), skipped };
}

/** The file of a notebook: `parseNotebook` reads the same notebook from it. */
export function serialiseNotebook({ title, theme, cells }: Notebook): string {
  const written = cells.map((cell) => {
    const [type] = Object.entries(TYPES).find(([, mode]) => mode === cell.mode) as [string, Mode];
    const marks = `${cell.pinned ? ' pinned' : ''}${cell.hidden ? ' hidden' : ''}`;
    const lines = cell.source
      .replace(/<(?=\\*\/script[\s>])/gi, '<\\')
      .split('\n')
      .map((line) => (line.trim() === '' ? '' : ' '.repeat(INDENT) + line));
    return `  <script id="${cell.id}" type="${type}"${marks}>\n${lines.join('\n')}\n  </script>\n`;
  });
  return (
    `<!doctype html>\n<notebook theme="${escaped(theme)}">\n  <title>${escaped(title)}</title>\n` +
    `${written.join('')}</notebook>\n`
  );
}

const escaped = (text: string): string =>
  text.replace(/[&<"]/g, (character) => `&#${character.charCodeAt(0)};`);
