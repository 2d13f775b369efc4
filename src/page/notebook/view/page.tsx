import { useEffect, useMemo } from 'preact/hooks';
import type { OpenNotebook } from '../open-notebook.js';
import { Bar } from './bar.js';
import { Cell } from './cell.js';
import { Contents } from './contents.js';
import { Notebook, useNotebook } from './context.js';
import { anchorOf, ViewState } from './view-state.js';
import './bar.css';
import './page.css';
import './cell.css';
import './outputs.css';
import './source.css';

/** The notebook as a page. */
export function NotebookPage({ notebook }: { notebook: OpenNotebook }) {
  const view = useMemo(() => new ViewState(notebook), [notebook]);
  const shared = useMemo(() => ({ notebook, view }), [notebook, view]);
  const title = notebook.title.value;
  useEffect(() => {
    document.title = `${title} · lanewise`;
  }, [title]);
  useEffect(() => followLinks(view), [view]);
  return (
    <Notebook.Provider value={shared}>
      <Bar />
      <Notices />
      <div class="notebook">
        <Contents />
        <Cells />
      </div>
      <p class="said-last" role="status">
        {view.said.value}
      </p>
    </Notebook.Provider>
  );
}

function Cells() {
  const { notebook } = useNotebook();
  return (
    <main class="cells">
      {notebook.cells.value.map((cell) => (
        <Cell key={cell.id} cell={cell} />
      ))}
    </main>
  );
}

/** What has to be said of the whole: where it came from, what could not be opened. */
function Notices() {
  const { notebook, view } = useNotebook();
  const problem = view.problem.value;
  return (
    <div class="notices">
      {!notebook.allowed.value && (
        <section class="notice" aria-label="Where this notebook came from">
          <p>
            This notebook came from a {notebook.origin.value}. Its code does not run until you allow it: read it
            first.
          </p>
          <button type="button" class="primary" onClick={() => notebook.allow()}>
            Allow its code to run
          </button>
        </section>
      )}
      {problem !== '' && (
        <div class="notice fault" role="alert">
          <p>{problem}</p>
          <button
            type="button"
            onClick={() => {
              view.problem.value = '';
            }}
          >
            Close
          </button>
        </div>
      )}
    </div>
  );
}

/** The cell that the address names is the active one, and in sight. Returns what ends that. */
function followLinks(view: ViewState): () => void {
  const follow = () => {
    const [, number] = /^#cell-(\d+)$/.exec(location.hash) ?? [];
    if (number === undefined) return;
    const id = Number(number);
    const element = document.getElementById(anchorOf(id));
    if (element === null) return;
    view.active.value = id;
    element.scrollIntoView({ block: 'start' });
  };
  follow();
  addEventListener('hashchange', follow);
  return () => removeEventListener('hashchange', follow);
}
