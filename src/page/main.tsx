import { wrap } from 'comlink';
import { render } from 'preact';
import type { Engine } from './engine/protocol.js';
import { App } from './frame/app.js';
import { applyTheme, Embedded } from './frame/embedded.js';
import { followScheme, preparePrint } from './frame/print.js';
import { Lessons, lessonStore } from './lessons/index.js';
import { keptLists } from './session/kept-lists.js';
import { listsOf, lostRun, tabStore } from './session/lost-run.js';
import { PageState } from './session/page-state.js';
import { Selection } from './session/selection.js';
import { Session } from './session/session.js';
import { readPlace } from './settings/place.js';
import './style/base.css';
import './style/frame.css';
import './style/column.css';
import './style/instrument.css';
import './style/runs.css';
import './style/projector.css';
import './style/embedded.css';
import './style/print.css';

const worker = new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module' });
const store = tabStore();
const session = new Session(wrap<Engine>(worker), keptLists(store), listsOf(lostRun(store)));
worker.addEventListener('error', ({ message }) => {
  session.fail(`The part of the page that trains has stopped${message ? `: ${message}` : ''}.`);
});
worker.addEventListener('messageerror', () => {
  session.fail('The part of the page that trains cannot be understood any more.');
});
const page = new PageState(readPlace(location.hash));
applyTheme(page.theme);
preparePrint();
followScheme();
const root = document.getElementById('page');
if (root !== null) {
  // What the page says while it loads is none of the application's, which would leave it there.
  root.replaceChildren();
  const Root = page.embedded === undefined ? App : Embedded;
  const [lessons, selection] = [new Lessons(session, lessonStore()), new Selection()];
  render(<Root {...{ session, page, lessons, selection }} />, root);
}
