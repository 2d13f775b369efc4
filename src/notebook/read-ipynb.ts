import { type Cell, type Mode, type Notebook, NotebookError } from './format.js';
import { PRELUDE_ID } from './ipynb.js';

/** What a file of Jupyter holds, as far as it is looked at. */
interface JupyterCell {
  cell_type?: unknown;
  id?: unknown;
  source?: unknown;
  metadata?: { lanewise?: { mode?: unknown; pinned?: unknown; hidden?: unknown } };
}

/** Of the kernel that runs the cells: Deno's, or another of TypeScript or JavaScript. */
const LANGUAGES = ['typescript', 'javascript'];

/**
 * Reads a file of Jupyter (nbformat 4) whose cells are TypeScript or JavaScript: what `jupyterNotebook` has written becomes
 * the notebook that it was. Outputs are left out.
 *
 * @param source what errors call the text, such as the path of the file
 * @throws NotebookError for what is no such file, cells of another language or kind
 */
export function parseJupyter(text: string, source: string): Notebook {
  const refuse = (where: string, expected: string, got: unknown): never => {
    const came = got === undefined ? 'nothing' : `'${String(got).slice(0, 40)}'`;
    throw new NotebookError(`${source}: ${where}expected ${expected}, got ${came}`);
  };
  let file: { cells?: unknown; metadata?: { title?: unknown; kernelspec?: { language?: unknown } } };
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new NotebookError(`${source}: expected a Jupyter notebook, got: ${(error as Error).message}`);
  }
  const read = file?.cells;
  if (!Array.isArray(read)) return refuse('', 'a Jupyter notebook with cells', JSON.stringify(read));
  const language = file.metadata?.kernelspec?.language;
  if (!LANGUAGES.includes(String(language)))
    refuse('', `cells of a kernel for ${LANGUAGES.join(' or ')}`, language);
  const kept = (read as JupyterCell[])
    .map((cell, i) => ({ cell, where: `cell ${i + 1} of the file: ` }))
    .filter(({ cell }) => cell?.id !== PRELUDE_ID);
  const taken = new Set<number>();
  for (const { cell } of kept) taken.add(numberOf(cell) ?? 0);
  let next = Math.max(0, ...taken) + 1;
  const given = new Set<number>();
  const cells = kept.map(({ cell, where }): Cell => {
    if (cell?.cell_type !== 'code' && cell?.cell_type !== 'markdown')
      return refuse(where, 'a cell of code or markdown', cell?.cell_type);
    const lines = Array.isArray(cell.source) ? cell.source.join('') : cell.source;
    if (typeof lines !== 'string') return refuse(where, 'its source as text', lines);
    const own = numberOf(cell);
    const id = own !== undefined && !given.has(own) ? own : next++;
    given.add(id);
    const { mode, pinned = true, hidden = false } = cell.metadata?.lanewise ?? {};
    const code: Mode = mode === 'js' ? 'js' : 'ts';
    return {
      id,
      mode: cell.cell_type === 'markdown' ? 'md' : code,
      source:
        cell.cell_type === 'markdown' ? lines : lines.replace(/(['"])npm:lanewise(?=['"/])/g, '$1lanewise'),
      pinned: pinned === true,
      hidden: hidden === true,
    };
  });
  const title = file.metadata?.title;
  return { title: typeof title === 'string' && title !== '' ? title : 'Untitled', theme: 'air', cells };
}

/** The number in an id as `cell-12`. */
function numberOf(cell: JupyterCell | null): number | undefined {
  const number = /^cell-([1-9]\d{0,8})$/.exec(String(cell?.id))?.[1];
  return number === undefined ? undefined : Number(number);
}
