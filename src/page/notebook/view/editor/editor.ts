import {
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  toggleTabFocusMode,
} from '@codemirror/commands';
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension, Prec, Transaction } from '@codemirror/state';
import { drawSelection, EditorView, keymap } from '@codemirror/view';
import type { Mode } from '../../../../notebook/format.js';
import type { OpenNotebook } from '../../open-notebook.js';
import type { Caret } from '../view-state.js';
import { assistance } from './assistance.js';
import { classes } from './highlight.js';

interface EditorOptions {
  id: number;
  mode: Mode;
  source: string;
  /** Default: the end. */
  caret: Caret | undefined;
  notebook: OpenNotebook;
  onRun(): void;
  onRunAndGoOn(): void;
  /** Esc was pressed. */
  onLeave(): void;
  onBlur(): void;
}

interface OpenEditor {
  /** Takes up the cell's source where it was changed from elsewhere, as by an undo of the notebook's. */
  follow(): void;
  close(): void;
}

/** An editor in an element, with the focus. */
export function openEditor(parent: HTMLElement, options: EditorOptions): OpenEditor {
  const { id, mode, source, caret, notebook } = options;
  const view = new EditorView({
    parent,
    doc: source,
    extensions: [
      keys(options),
      ...(mode === 'md' ? [] : code(id, notebook)),
      history(),
      drawSelection(),
      EditorState.tabSize.of(2),
      indentUnit.of('  '),
      keymap.of([...historyKeymap, indentWithTab, ...defaultKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        'aria-label': `Source of cell ${id}. Tab indents; Esc leaves the editor, then Tab goes on.`,
      }),
      EditorView.updateListener.of(({ docChanged, transactions, state }) => {
        if (docChanged && !transactions.some((each) => each.annotation(Transaction.remote)))
          notebook.edit(id, state.doc.toString());
      }),
      EditorView.domEventHandlers({
        blur: (_, { dom }) => {
          // A tip of the editor's own may have the focus, or another window.
          requestAnimationFrame(() => {
            if (dom.isConnected && document.hasFocus() && !dom.contains(document.activeElement))
              options.onBlur();
          });
        },
      }),
    ],
  });
  const at = offsetOf(view.state, caret);
  view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  view.focus();
  return {
    follow() {
      const { doc } = view.state;
      // As it is now: what was drawn may be a few keys behind.
      const text = notebook.cells.peek().find((cell) => cell.id === id)?.source;
      if (text === undefined || doc.toString() === text) return;
      view.dispatch({
        changes: { from: 0, to: doc.length, insert: text },
        annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)],
      });
    },
    close: () => view.destroy(),
  };
}

function offsetOf({ doc }: EditorState, caret: Caret | undefined): number {
  if (caret === undefined) return doc.length;
  if (typeof caret === 'number') return Math.min(caret, doc.length);
  const line = doc.line(Math.min(Math.max(1, caret.line), doc.lines));
  return Math.min(line.from + caret.column - 1, line.to);
}

/** Before all others: what runs a cell, and what leaves it. */
function keys({ onRun, onRunAndGoOn, onLeave }: EditorOptions): Extension {
  const does = (work: () => void) => () => {
    work();
    return true;
  };
  return Prec.highest(
    keymap.of([
      { key: 'Shift-Enter', run: does(onRunAndGoOn) },
      { key: 'Mod-Enter', run: does(onRun) },
      { key: 'Ctrl-Enter', run: does(onRun) },
      // What is offered is closed first, where it is seen.
      { key: 'Escape', run: ({ state }) => completionStatus(state) !== 'active' && does(onLeave)() },
      { key: 'Ctrl-m', run: toggleTabFocusMode },
    ]),
  );
}

const code = (id: number, notebook: OpenNotebook): Extension[] => [
  typescriptLanguage,
  syntaxHighlighting(classes),
  bracketMatching(),
  closeBrackets(),
  indentOnInput(),
  keymap.of([...closeBracketsKeymap, ...completionKeymap]),
  assistance(id, notebook),
];
