import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { task } from '../../view/painter.js';

export type EditorModule = typeof import('./editor/index.js');

const loaded = signal<EditorModule | undefined>(undefined);
/** The editor and what reads sources, once they are there. */
export const editorModule: ReadonlySignal<EditorModule | undefined> = loaded;
let loading: Promise<void> | undefined;

/** The editor and its grammar come after the first paint: until then sources are plain text. */
export function loadEditor(): Promise<void> {
  loading ??= task()
    .then(() => import('./editor/index.js'))
    .then((module) => {
      loaded.value = module;
    });
  return loading;
}

/** The same, for a component: it begins to load. */
export function useEditorModule(): EditorModule | undefined {
  useEffect(() => {
    // Without it the notebook can still be read and run; the next visit tries again.
    loadEditor().catch(reportError);
  }, []);
  return loaded.value;
}
