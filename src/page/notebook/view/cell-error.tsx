import type { CellError as Fault } from '../../../notebook/cell-error.js';
import { useNotebook } from './context.js';

/** What went wrong in a cell: where, and in words; the place can be gone to. */
export function CellError({ id, error }: { id: number; error: Fault }) {
  const { view } = useNotebook();
  const { name, message, cell, place, waitsFor } = error;
  const elsewhere = cell !== id;
  if (waitsFor !== undefined) {
    const failed = /cell (\d+)/.exec(message)?.[1];
    return (
      <p class="fault waits" role="status">
        <b>Did not run:</b> {message}.{' '}
        {failed !== undefined && (
          <button type="button" class="link" onClick={() => view.go(Number(failed))}>
            Go to cell {failed}
          </button>
        )}
      </p>
    );
  }
  const where = [elsewhere ? `Cell ${cell}` : '', place === undefined ? '' : `line ${place.line}`]
    .filter((part) => part !== '')
    .join(', ');
  // What is wrong with the cell among the others, before it runs, is no error of its code.
  const kind = name === 'SyntaxError' && place === undefined ? 'Cannot run' : name;
  return (
    <div class="fault" role="alert">
      <p>
        {where !== '' && (
          <>
            <button type="button" class="link" onClick={() => view.edit(cell, place)}>
              {where[0].toUpperCase() + where.slice(1)}
            </button>
            {': '}
          </>
        )}
        <b>{kind}</b>: {message}
      </p>
    </div>
  );
}
