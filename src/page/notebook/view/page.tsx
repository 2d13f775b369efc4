import { useEffect, useMemo } from 'preact/hooks';
import { readLink } from '../files.js';
import type { OpenNotebook } from '../open-notebook.js';
import { Bar } from './bar.js';
import { Cell } from './cell.js';
import { Contents } from './contents.js';
import { Notebook, useNotebook } from './context.js';
import { anchorOf, ViewState } from './view-state.js';

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

/** What has to be said of the whole: where it came from, what has happened to it. */
function Notices() {
  const { notebook } = useNotebook();
  const problem = notebook.problem.value;
  return (
    <div class="notices">
      {!notebook.allowed.value && (
        <section class="notice" aria-label="Where this notebook came from">
          <p>
            This notebook came from a {notebook.origin.value}. Its code does not run until you allow it: read
            it first.
            {notebook.unguarded.value &&
              ' It could send what it computes to other servers: this page’s own does not forbid that.'}
          </p>
          <button type="button" class="primary" onClick={() => notebook.allow()}>
            Allow its code to run
          </button>
        </section>
      )}
      {notebook.conflict.value && (
        <section class="notice" role="alert" aria-label="Changed in another tab">
          <p>Another tab has changed this notebook. What you change here is not kept until you choose.</p>
          <div class="choices">
            <button type="button" onClick={() => void notebook.keepMine()}>
              Keep what is here
            </button>
            <button type="button" onClick={() => void notebook.takeOther()}>
              Take the other
            </button>
          </div>
        </section>
      )}
      {problem !== undefined && (
        <div class="notice problem" role="alert">
          <p>{problem}</p>
          <button
            type="button"
            onClick={() => {
              notebook.problem.value = undefined;
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
    const { cell } = readLink(location.hash);
    const element = cell === undefined ? null : document.getElementById(anchorOf(cell));
    if (cell === undefined || element === null) return;
    view.active.value = cell;
    element.scrollIntoView({ block: 'start' });
  };
  follow();
  addEventListener('hashchange', follow);
  return () => removeEventListener('hashchange', follow);
}
