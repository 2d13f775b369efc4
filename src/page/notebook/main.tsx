import { render } from 'preact';
import { followScheme, preparePrint } from '../frame/print.js';
import { isGuarded, startWorker } from './engine/start-worker.js';
import { fetchNotebook, readLink } from './files.js';
import { openNotebook } from './open-notebook.js';
import builtIn from './part-3.html?raw';
import { browserStore } from './store.js';
import { NotebookPage } from './view/page.js';
import '../style/base.css';
import '../style/frame.css';
import '../style/instrument.css';
import './view/source.css';
import './view/bar.css';
import './view/page.css';
import './view/cell.css';
import './view/outputs.css';

preparePrint();
followScheme();
const notebook = await openNotebook({
  builtIn,
  name: 'part-3.html',
  store: browserStore(),
  start: startWorker,
  isGuarded,
});
const { open } = readLink(location.hash);
if (open !== undefined)
  try {
    const { name, text } = await fetchNotebook(open, location.href);
    await notebook.openText(text, name, 'link');
  } catch (error) {
    notebook.problem.value = (error as Error).message;
  }

const root = document.getElementById('notebook');
if (root !== null) {
  // What the page says while it loads is none of the application's, which would leave it there.
  root.replaceChildren();
  render(<NotebookPage notebook={notebook} />, root);
}
