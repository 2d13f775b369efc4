import { useComputed, useSignal } from '@preact/signals';
import type { Cell as CellData } from '../../../notebook/format.js';
import type { CellState } from '../../../notebook/session.js';
import { titleOf } from '../../../notebook/titles.js';
import { copyText } from '../../view/copy-text.js';
import { CellError } from './cell-error.js';
import { onCellKey, SHORTCUTS } from './cell-keys.js';
import { useNotebook } from './context.js';
import { Outputs } from './outputs.js';
import { Source } from './source.js';
import { Text } from './text.js';
import { anchorOf, hashOf } from './view-state.js';

/** A cell: its source, what it shows, and what can be done with it. */
export function Cell({ cell }: { cell: CellData }) {
  const { notebook, view } = useNotebook();
  const { id, mode } = cell;
  const isActive = useComputed(() => view.active.value === id).value;
  const isEdited = useComputed(() => view.editing.value === id).value;
  const isText = mode === 'md';
  const what = isText ? 'text' : 'code';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls of a form.
    <div
      id={anchorOf(id)}
      class={`cell ${what} ${isActive ? 'active' : ''} ${isEdited ? 'edited' : ''}`}
      role="group"
      aria-label={`Cell ${id}, ${what}: ${titleOf(cell, undefined)}`}
      aria-keyshortcuts={SHORTCUTS}
      tabIndex={isActive ? 0 : -1}
      onKeyDown={(event) => onCellKey(event, id, notebook, view)}
      onFocusCapture={() => {
        view.active.value = id;
      }}
      onDblClick={() => {
        if (isText && !isEdited) view.edit(id, 0);
      }}
    >
      {isText ? isEdited ? <Source cell={cell} /> : <Text source={cell.source} /> : <Code cell={cell} />}
      <Tools cell={cell} />
    </div>
  );
}

function Code({ cell }: { cell: CellData }) {
  const { notebook, view } = useNotebook();
  const { id } = cell;
  const state = notebook.states(id).value;
  const unfolded = useSignal(false);
  const isShown = cell.pinned || unfolded.value || view.editing.value === id;
  return (
    <>
      <RunButton id={id} state={state} />
      {isShown && <Source cell={cell} />}
      <Status id={id} state={state} />
      <Outputs id={id} state={state} />
      {state.error !== undefined && <CellError id={id} error={state.error} />}
      {!isShown && (
        <p class="folded">
          <button
            type="button"
            class="link"
            aria-expanded={false}
            onClick={() => {
              unfolded.value = true;
            }}
          >
            Show the code: {titleOf(cell, undefined)}
          </button>
        </p>
      )}
    </>
  );
}

/** In the margin, so that it is always in one place. */
function RunButton({ id, state: { status } }: { id: number; state: CellState }) {
  const { notebook, view } = useNotebook();
  const running = status === 'running';
  return (
    <button
      type="button"
      class={`run ${status}`}
      disabled={!notebook.allowed.value}
      aria-label={running ? `Stop cell ${id}` : `Run cell ${id}`}
      title={running ? 'Stop' : 'Run (Ctrl or ⌘ + Enter)'}
      onClick={() => (running ? void notebook.stop() : view.run(id))}
    >
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d={running ? 'M1.5 1.5h7v7h-7z' : 'M2 0.5v9l7-4.5z'} />
      </svg>
    </button>
  );
}

/** How far it is, and whether what it shows is still what the source says. */
function Status({ id, state: { status, progress } }: { id: number; state: CellState }) {
  const { notebook, view } = useNotebook();
  const ran = useSignal(false);
  const before = useComputed(() => view.changedBefore(id)).value;
  if (status === 'done' || status === 'failed') ran.value = true;
  const changed = notebook.isChanged(id);
  const stale = status === 'idle' && ran.value;
  if (status === 'running' && progress !== undefined) {
    const { done, of } = progress;
    return (
      <p class="status">
        <progress value={done} max={of} aria-label={`Cell ${id}`} /> {done.toLocaleString('en')} of{' '}
        {of.toLocaleString('en')}
      </p>
    );
  }
  const words = [
    status === 'running' ? 'running' : '',
    changed ? 'changed' : '',
    stale ? 'not run since' : '',
    status === 'done' && before !== undefined
      ? `older than cell ${before}, which it needs and which was changed`
      : '',
  ].filter((each) => each !== '');
  if (words.length === 0) return null;
  return <p class="status">{words.join(' · ')}</p>;
}

/** What can be done with a cell: seen where a pointer is over it, or the focus in it. */
function Tools({ cell: { id, mode } }: { cell: CellData }) {
  const { notebook, view } = useNotebook();
  const cells = notebook.cells.value;
  const at = cells.findIndex((each) => each.id === id);
  const needs = [...(view.needs.value.get(id) ?? [])].sort((a, b) => a - b);
  const button = (label: string, name: string, work: () => void, disabled = false) => (
    <button type="button" aria-label={`${name} cell ${id}`} title={name} disabled={disabled} onClick={work}>
      {label}
    </button>
  );
  const add = (to: 'ts' | 'md') => {
    view.active.value = id;
    view.add(1, to);
  };
  const copy = async () => {
    view.say(await copyText(location.href.split('#')[0] + hashOf(id), 'the link to this cell'));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls of a form.
    <div class="cell-tools" role="group" aria-label={`Tools of cell ${id}`}>
      <span class="number">
        {id}
        {needs.length > 0 && <span class="needs"> needs {needs.join(', ')}</span>}
      </span>
      {notebook.isChanged(id) && button('Reset', 'Reset', () => notebook.reset(id))}
      {mode === 'md' && button('Edit', 'Edit', () => view.edit(id, 0))}
      {button('+ Code', 'Add code below', () => add('ts'))}
      {button('+ Text', 'Add text below', () => add('md'))}
      {button('↑', 'Move up', () => view.move(id, -1), at === 0)}
      {button('↓', 'Move down', () => view.move(id, 1), at === cells.length - 1)}
      {button('Link', 'Copy the link to', () => void copy())}
      {button('Delete', 'Delete', () => view.remove(id))}
    </div>
  );
}
