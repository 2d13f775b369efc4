import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cell } from '../../../notebook/format.js';
import { useNotebook } from './context.js';
import { type EditorModule, useEditorModule } from './load-editor.js';

/** The source of a cell: text to look at, an editor once one begins to edit it. */
export function Source({ cell }: { cell: Cell }) {
  const { view } = useNotebook();
  const library = useEditorModule();
  const isEdited = view.editing.value === cell.id;
  if (isEdited && library !== undefined)
    return <Editor key={view.opened.value} cell={cell} library={library} />;
  return <Still cell={cell} library={library} />;
}

/** Offset in the text of an element that a click was on. */
function offsetAt(element: HTMLElement, event: MouseEvent): number | undefined {
  const position = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const range = position ? undefined : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const [node, offset] = position
    ? [position.offsetNode, position.offset]
    : [range?.startContainer, range?.startOffset ?? 0];
  if (node === undefined || !element.contains(node)) return undefined;
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

function Still({ cell, library }: { cell: Cell; library: EditorModule | undefined }) {
  const { view } = useNotebook();
  const { id, mode, source } = cell;
  const pieces = mode === 'md' ? undefined : library?.highlighted(source);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the cell does the same.
    <pre
      class="source"
      onClick={(event) => {
        // Who marks a text wants to copy it.
        if (getSelection()?.isCollapsed === false) return;
        view.edit(id, offsetAt(event.currentTarget, event));
      }}
    >
      <code>
        {source === '' ? (
          <span class="empty">{mode === 'md' ? 'An empty text' : 'An empty cell'}: press Enter to write</span>
        ) : (
          (pieces?.map(([text, kind], i) =>
            kind === '' ? (
              text
            ) : (
              <span key={i} class={kind}>
                {text}
              </span>
            ),
          ) ?? source)
        )}
      </code>
    </pre>
  );
}

function Editor({ cell: { id, mode, source }, library }: { cell: Cell; library: EditorModule }) {
  const { notebook, view } = useNotebook();
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<ReturnType<EditorModule['openEditor']>>();
  // What is typed is the editor’s own; the rest comes below.
  useEffect(() => {
    if (place.current === null) return;
    const opened = library.openEditor(place.current, {
      id,
      mode,
      source,
      caret: view.caret,
      notebook,
      onRun: () => view.run(id),
      onRunAndGoOn: () => {
        if (mode === 'md') view.editing.value = undefined;
        view.runAndGoOn(id);
      },
      onLeave: () => view.go(id),
      onBlur: () => {
        if (view.editing.peek() === id) view.editing.value = undefined;
      },
    });
    setEditor(opened);
    return () => opened.close();
  }, [library, notebook, view, id, mode]);
  useEffect(() => editor?.follow(), [editor, source]);
  return <div ref={place} class="source" />;
}
