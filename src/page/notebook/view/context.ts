import { createContext } from 'preact';
import type { OpenNotebook } from '../open-notebook.js';
import type { ViewState } from './view-state.js';

/** The notebook that the page shows, and where its reader is. */
export const Notebook = createContext<{ notebook: OpenNotebook; view: ViewState }>(
  undefined as unknown as { notebook: OpenNotebook; view: ViewState },
);
