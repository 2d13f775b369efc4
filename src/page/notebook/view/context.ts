import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { OpenNotebook } from '../open-notebook.js';
import type { ViewState } from './view-state.js';

interface Shared {
  notebook: OpenNotebook;
  view: ViewState;
}

export const Notebook = createContext<Shared | undefined>(undefined);

/** The notebook that the page shows, and where its reader is. */
export function useNotebook(): Shared {
  const shared = useContext(Notebook);
  if (shared === undefined)
    throw new Error('useNotebook: expected a Notebook around the component, got none');
  return shared;
}
