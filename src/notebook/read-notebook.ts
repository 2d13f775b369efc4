import { type Notebook, parseNotebook } from './format.js';
import { parseJupyter } from './read-ipynb.js';

/** The notebook of a file: one of Jupyter where its name ends in `.ipynb`, else of the format. Errors: NotebookError. */
export const readNotebook = (text: string, path: string): Notebook =>
  /\.ipynb$/i.test(path) ? parseJupyter(text, path) : parseNotebook(text, path);
