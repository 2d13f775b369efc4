import type { OpenNotebook } from '../open-notebook.js';
import type { ViewState } from './view-state.js';

/** What the keys do while a cell has the focus, and not its editor: as in Jupyter. In words, for those who look for them. */
export const KEYS: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'go to the cell above or below'],
  ['Enter', 'edit the cell; Esc leaves the editor'],
  ['Shift + Enter', 'run the cell and go on to the next'],
  ['Ctrl or ⌘ + Enter', 'run the cell'],
  ['A, B', 'a new cell above, below'],
  ['M, Y', 'make it text, code'],
  ['Alt + ↑ ↓', 'move the cell'],
  ['D D or Delete', 'delete it'],
  ['Z, Shift + Z', 'undo, redo'],
];

/** For the attribute `aria-keyshortcuts` of a cell. */
export const SHORTCUTS = 'Enter Shift+Enter Control+Enter A B M Y Alt+ArrowUp Alt+ArrowDown Delete Z';

let lastD: number | undefined;

/** Answers a key of a cell that has the focus itself. */
export function onCellKey(event: KeyboardEvent, id: number, notebook: OpenNotebook, view: ViewState): void {
  if (event.target !== event.currentTarget || event.defaultPrevented) return;
  const done = answer(event, id, notebook, view);
  lastD = done === 'd' ? id : undefined;
  if (done !== undefined) event.preventDefault();
}

function answer(
  event: KeyboardEvent,
  id: number,
  notebook: OpenNotebook,
  view: ViewState,
): string | undefined {
  const { key, shiftKey, altKey } = event;
  const control = event.ctrlKey || event.metaKey;
  const does = (work: () => void) => {
    work();
    return key;
  };
  if (key === 'Enter') {
    if (shiftKey) return does(() => view.runAndGoOn(id));
    if (control) return does(() => view.run(id));
    return does(() => view.edit(id));
  }
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const by = key === 'ArrowUp' ? -1 : 1;
    if (control || shiftKey) return undefined;
    return does(() => (altKey ? view.move(id, by) : view.step(by)));
  }
  if (key === 'Delete' || key === 'Backspace') return does(() => view.remove(id));
  if (key.toLowerCase() === 'z') return does(() => (shiftKey ? notebook.redo() : notebook.undo()));
  if (control || altKey || shiftKey) return undefined;
  switch (key) {
    case 'a':
      return does(() => view.add(0, 'ts'));
    case 'b':
      return does(() => view.add(1, 'ts'));
    case 'm':
      return does(() => notebook.setMode(id, 'md'));
    case 'y':
      return does(() => notebook.setMode(id, 'ts'));
    case 'd':
      if (lastD !== id) return key;
      view.remove(id);
      return 'deleted';
  }
  return undefined;
}
