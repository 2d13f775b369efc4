import { effect } from '@preact/signals';
import type { Lessons } from '../lessons/index.js';
import type { Session } from '../session.js';
import { readAddress, writeAddress } from '../settings/address.js';

/** Runs that are shown, by id, as an entry of the history keeps them. */
const idsOf = (session: Session) => session.shown.peek().map(({ info }) => info.id);

/**
 * The address says what is shown, and what is shown follows the address. Each change of it is an entry of the history: Back
 * shows what was there before, with the steps that it had made where that run is still open. To play changes no address.
 * Returns what ends it.
 */
export function followAddress(session: Session, lessons: Lessons): () => void {
  let written: string | undefined;
  let reads = 0;
  /** The runs that an entry had, if all of them are open and of this address. */
  const opened = (hash: string, state: unknown) => {
    const ids: unknown[] = Array.isArray(state) ? state : [];
    const runs = ids.map((id) => session.runs.peek().find(({ info }) => info.id === id));
    const found = runs.filter((run) => run !== undefined);
    return found.length === ids.length && hash === writeAddress(found.map(({ linked }) => linked))
      ? found
      : [];
  };
  const read = async () => {
    if (location.hash === written) return;
    const mine = ++reads;
    const lesson = lessons.find(new URLSearchParams(location.hash.slice(1)).get('lesson'));
    if (lesson !== undefined || (location.hash === '' && history.state === null)) {
      await lessons.open(lesson);
      return;
    }
    const [main, other] = opened(location.hash, history.state);
    const { runs, problems } = readAddress(location.hash);
    const done = await (main === undefined ? session.show(runs) : session.choose(main, other));
    // Another address has come meanwhile.
    if (mine !== reads) return;
    const failed = session.problem.peek();
    // What cannot be opened leaves the page as it was, and its address; a page that has nothing yet shows a run that can.
    if (!done && session.main.peek() === undefined) await session.show(readAddress('').runs);
    else if (!done && written !== undefined) history.replaceState(idsOf(session), '', written);
    const all = failed === undefined ? problems : [...problems, failed];
    if (all.length > 0) session.problem.value = all.join('; ');
  };
  const stop = effect(() => {
    if (session.shown.value.length === 0) return;
    const next = writeAddress(session.shown.value.map(({ linked }) => linked));
    // An entry of its own, unless the browser has made one: of a link, or on the way back.
    const own = written !== undefined && location.hash === written && next !== written;
    written = next;
    history[own ? 'pushState' : 'replaceState'](idsOf(session), '', next);
  });
  addEventListener('hashchange', read);
  void read();
  return () => {
    stop();
    removeEventListener('hashchange', read);
  };
}
