import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { transform } from 'sucrase';

/** A place in a cell's source: line and column from 1. */
export interface Place {
  line: number;
  column: number;
}

/** What cannot be read as a cell. */
export class CellSyntaxError extends Error {
  // As a field it could not be where Error.prototype is frozen.
  override get name(): 'SyntaxError' {
    return 'SyntaxError';
  }
  constructor(
    message: string,
    readonly place: Place,
  ) {
    super(message);
  }
}

export interface Stripped {
  code: string;
  /** Where a place of the code (line from 1, column from 0) stands in the source. */
  placeOf(line: number, column: number): Place;
}

/**
 * TypeScript as JavaScript, its types left out: line by line the same. By sucrase, 45 kB compressed; TypeScript itself has
 * 1.6 MB.
 *
 * @throws CellSyntaxError
 */
export function stripTypes(source: string): Stripped {
  try {
    const { code, sourceMap } = transform(source, {
      transforms: ['typescript'],
      disableESTransforms: true,
      // What one cell imports another one uses.
      keepUnusedImports: true,
      filePath: 'cell',
      sourceMapOptions: { compiledFilename: 'cell' },
    });
    const map = new TraceMap(sourceMap as ConstructorParameters<typeof TraceMap>[0]);
    return {
      code,
      placeOf(line, column) {
        const original = originalPositionFor(map, { line, column });
        return { line: original.line ?? line, column: (original.column ?? column) + 1 };
      },
    };
  } catch (error) {
    throw syntaxError(error, (line, column) => ({ line, column }));
  }
}

/** An error of a parser, which has the place in `loc` and at the end of its message. */
export function syntaxError(error: unknown, placeOf: (line: number, column: number) => Place): unknown {
  const { message, loc } = error as Error & { loc?: { line: number; column: number } };
  if (loc === undefined) return error;
  const words = message.replace(/^Error transforming cell: /, '').replace(/ \(\d+:\d+\)$/, '');
  return new CellSyntaxError(words, placeOf(loc.line, loc.column));
}
