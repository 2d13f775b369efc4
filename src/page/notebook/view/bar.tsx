import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { save } from '../../view/download.js';
import { KEYS } from './cell-keys.js';
import { useNotebook } from './context.js';
import { Given } from './given.js';
import { Menu } from './menu.js';

const views = [
  { href: './#view=lessons', title: 'Lessons' },
  { href: './#net=mlp', title: 'Free play' },
  { href: './#view=benchmark', title: 'Benchmark' },
  { href: './notebook.html', title: 'Notebook' },
];

/** What the page is, its views, and what can be done with the notebook as a whole. */
export function Bar() {
  return (
    <header class="bars notebook-bars">
      <div class="top">
        <p class="brand">
          lanewise <span class="subtitle">the lecture as a notebook</span>
        </p>
        <nav class="views" aria-label="Views">
          {views.map(({ href, title }) => (
            <a key={title} href={href} aria-current={title === 'Notebook' ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <State />
      </div>
      <Actions />
    </header>
  );
}

/** What runs, or how what ran agrees with what is recorded. */
function State() {
  const { notebook, view } = useNotebook();
  const words = useComputed(() => {
    const states = notebook.cells.value
      .filter(({ mode }) => mode !== 'md')
      .map(({ id }) => ({ id, state: notebook.states(id).value }));
    const running = states.filter(({ state }) => state.status === 'running');
    if (running.length > 0)
      return {
        text: `cell ${running[0].id} runs${running.length > 1 ? `, ${running.length - 1} more` : ''}`,
      };
    if (notebook.running.value) return { text: 'running' };
    const rows = states
      .flatMap(({ state }) => state.outputs)
      .flatMap((output) => (output.kind === 'compared' ? output.rows : []))
      .filter(({ agrees }) => agrees !== undefined);
    const failed = states.filter(({ state }) => state.status === 'failed' && !state.error?.waitsFor);
    if (failed.length > 0) return { text: `cell ${failed[0].id} failed`, id: failed[0].id };
    if (rows.length === 0) return { text: '' };
    const agreeing = rows.filter(({ agrees }) => agrees).length;
    return {
      text: `${agreeing} of ${rows.length} recorded values agree${agreeing === rows.length ? ' ✓' : ''}`,
    };
  });
  const { text, id } = words.value;
  return (
    <p class="notebook-state" role="status" data-testid="notebook-state">
      {id === undefined ? (
        text
      ) : (
        <button type="button" class="link" onClick={() => view.go(id)}>
          {text}
        </button>
      )}
    </p>
  );
}

function Actions() {
  const { notebook, view } = useNotebook();
  const running = notebook.running.value;
  const allowed = notebook.allowed.value;
  const anyChanged = notebook.canUndo.value || notebook.cells.value.some(({ id }) => notebook.isChanged(id));
  return (
    <div class="transport" role="toolbar" aria-label="Notebook">
      <div class="buttons">
        <button
          type="button"
          class={allowed ? 'primary play' : 'play'}
          disabled={!allowed || running}
          onClick={() => void notebook.run()}
        >
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path d="M1 0v10l9-5z" />
          </svg>
          Run all
        </button>
        <button type="button" disabled={!running} onClick={() => void notebook.stop()}>
          Stop
        </button>
      </div>
      <div class="buttons">
        <button type="button" disabled={!notebook.canUndo.value} onClick={() => notebook.undo()}>
          Undo
        </button>
        <button type="button" disabled={!notebook.canRedo.value} onClick={() => notebook.redo()}>
          Redo
        </button>
        <button
          type="button"
          disabled={!anyChanged}
          onClick={() => {
            notebook.resetAll();
            view.say('The notebook is as it was opened. Undo brings your changes back.');
          }}
        >
          Reset all
        </button>
      </div>
      <div class="buttons">
        <OpenFile />
        <Given />
        <Menu title="Download">
          {(['html', 'ipynb'] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              onClick={() => {
                const { name, text } = notebook.download(kind);
                save(
                  new Blob([text], { type: kind === 'html' ? 'text/html' : 'application/x-ipynb+json' }),
                  name,
                );
              }}
            >
              {kind === 'html' ? 'Notebook (.html)' : 'Jupyter, for Deno (.ipynb)'}
            </button>
          ))}
        </Menu>
        <Menu title="Keys">
          <dl class="keys">
            {KEYS.map(([keys, does]) => (
              <div key={keys}>
                <dt>{keys}</dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </Menu>
      </div>
    </div>
  );
}

function OpenFile() {
  const { notebook, view } = useNotebook();
  const input = useRef<HTMLInputElement>(null);
  const open = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      await notebook.openFile(file);
      view.say(`Opened ${file.name}.`);
    } catch (error) {
      notebook.problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        Open…
      </button>
      {notebook.origin.value !== 'built-in' && (
        <button type="button" onClick={() => void notebook.openBuiltIn()}>
          Back to part 3
        </button>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept=".html,.ipynb,text/html"
        aria-label="Open a notebook"
        onChange={({ currentTarget }) => {
          void open(currentTarget.files?.[0]);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
