import { wrap } from 'comlink';
import { render } from 'preact';
import { App } from './frame/app.js';
import { followScheme, preparePrint } from './frame/print.js';
import { keptLists } from './kept-lists.js';
import { listsOf, lostRun, tabStore } from './lost-run.js';
import type { Engine } from './protocol.js';
import { Session } from './session.js';
import './style.css';
import './print.css';

const worker = new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module' });
const store = tabStore();
const session = new Session(wrap<Engine>(worker), keptLists(store), listsOf(lostRun(store)));
worker.addEventListener('error', ({ message }) => {
  session.fail(`The part of the page that trains has stopped${message ? `: ${message}` : ''}.`);
});
worker.addEventListener('messageerror', () => {
  session.fail('The part of the page that trains cannot be understood any more.');
});
preparePrint();
followScheme();
const root = document.getElementById('page');
if (root !== null) {
  // What the page says while it loads is none of the application's, which would leave it there.
  root.replaceChildren();
  render(<App session={session} />, root);
}
