/** A notebook as a file that its reader takes away, opens, or is sent a link to. */
import { type Notebook, NotebookError, serialiseNotebook } from '../../notebook/format.js';
import { jupyterNotebook } from '../../notebook/ipynb.js';

/** Bytes: what is larger is none that was written by hand. */
const MOST = 2 ** 24;

/** The file of a notebook, in the format or for Jupyter. */
export function fileOf(
  notebook: Notebook,
  name: string,
  kind: 'html' | 'ipynb',
): { name: string; text: string } {
  const stem = name.replace(/\.(?:html?|ipynb)$/i, '') || 'notebook';
  const text = kind === 'html' ? serialiseNotebook(notebook) : jupyterNotebook(notebook);
  return { name: `${stem}.${kind}`, text };
}

/** The text of a file. Errors: NotebookError for what cannot be read, is too large, or is not UTF-8. */
export async function textOf(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<string> {
  const { name, size } = file;
  if (size > MOST)
    throw new NotebookError(`${name}: expected a notebook of at most ${MOST} bytes, got ${size}`);
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch (error) {
    throw new NotebookError(`${name}: expected a file that can be read, got: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NotebookError(`${name}: expected text in UTF-8, got other bytes`);
  }
}

/** What an address asks for: `#cell=12`, `#open=my-notebook.html`, or both with & between them. */
export interface Linked {
  cell?: number;
  /** Of a notebook to open, on the page's own server. */
  open?: string;
}

export function readLink(hash: string): Linked {
  const asked = new URLSearchParams(hash.replace(/^#/, ''));
  const cell = asked.get('cell') ?? '';
  const open = asked.get('open');
  return { ...(/^[1-9]\d{0,8}$/.test(cell) && { cell: Number(cell) }), ...(open && { open }) };
}

/**
 * The text of a notebook that a link names. Only the page's own server is asked: no link makes the page speak to another.
 * Errors: NotebookError.
 */
export async function fetchNotebook(
  link: string,
  page: string,
  fetched: typeof fetch = fetch,
): Promise<{ name: string; text: string }> {
  const address = URL.canParse(link, page) ? new URL(link, page) : undefined;
  const { origin } = new URL(page);
  if (address?.origin !== origin)
    throw new NotebookError(`expected a link to a notebook on ${origin}, got '${link}'`);
  const last = address.pathname.split('/').at(-1) || link;
  try {
    const response = await fetched(address);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return { name: decoded(last), text: await response.text() };
  } catch (error) {
    throw new NotebookError(`${address.pathname}: expected a notebook, got: ${(error as Error).message}`);
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
