import { render } from 'preact';
import { startWorker } from './engine/start-worker.js';
import { fetchNotebook, readLink } from './files.js';
import { type OpenNotebook, openNotebook } from './open-notebook.js';
import builtIn from './part-3.html?raw';
import { browserStore } from './store.js';

const notebook = await openNotebook({
  builtIn,
  name: 'part-3.html',
  store: browserStore(),
  start: startWorker,
});
const { open } = readLink(location.hash);
if (open !== undefined)
  try {
    const { name, text } = await fetchNotebook(open, location.href);
    await notebook.openText(text, name, 'link');
  } catch (error) {
    notebook.problem.value = (error as Error).message;
  }

function Bare({ notebook }: { notebook: OpenNotebook }) {
  return (
    <main>
      <h1>{notebook.title}</h1>
      <button type="button" onClick={() => notebook.run()}>
        Run all
      </button>
      {notebook.cells.value.map(({ id, source }) => (
        <section key={id} id={`cell-${id}`}>
          <pre>{source}</pre>
          <pre>{JSON.stringify(notebook.states(id).value)}</pre>
        </section>
      ))}
    </main>
  );
}

const root = document.getElementById('notebook');
if (root !== null) {
  root.replaceChildren();
  render(<Bare notebook={notebook} />, root);
}
