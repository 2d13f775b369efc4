import { effect } from '@preact/signals';
import type { PageState } from '../page-state.js';
import type { Session } from '../session.js';
import { readAddress, writeAddress } from '../settings/address.js';
import { readPlace } from '../settings/place.js';

/** Runs that are shown, by id, as an entry of the history keeps them. */
const idsOf = (session: Session) => session.shown.peek().map(({ info }) => info.id);

/**
 * The address says what is shown, and what is shown follows the address. Each change of it is an entry of the history: Back
 * shows what was there before, with the steps that it had made where that run is still open. To play changes no address.
 * Returns what ends it.
 */
export function followAddress(session: Session, page: PageState): () => void {
  let written: string | undefined;
  let reads = 0;
  const addressOf = () => writeAddress(session.shown.value.map(({ linked }) => linked));
  /** The runs that an entry had, if all of them are open and of this address. */
  const opened = (runs: string, state: unknown) => {
    const ids: unknown[] = Array.isArray(state) ? state : [];
    const found = ids.map((id) => session.runs.peek().find(({ info }) => info.id === id));
    const all = found.filter((run) => run !== undefined);
    return all.length === ids.length && `#${runs}` === writeAddress(all.map(({ linked }) => linked))
      ? all
      : [];
  };
  const read = async () => {
    if (location.hash === written) return;
    const mine = ++reads;
    const place = readPlace(location.hash);
    page.view.value = place.view;
    const [main, other] = opened(place.runs, history.state);
    const { runs, problems } = readAddress(place.runs);
    // An address that names no run is one of the view alone.
    const stays = place.runs === '' && session.main.peek() !== undefined;
    const done = stays || (await (main === undefined ? session.show(runs) : session.choose(main, other)));
    // Another address has come meanwhile.
    if (mine !== reads) return;
    const failed = session.problem.peek();
    // What cannot be opened leaves the page as it was, and its address; a page that has nothing yet shows a run that can.
    if (!done && session.main.peek() === undefined) await session.show(readAddress('').runs);
    else if (!done && written !== undefined) history.replaceState(idsOf(session), '', written);
    else if (stays) write();
    const all = [...place.problems, ...problems, ...(failed === undefined ? [] : [failed])];
    if (all.length > 0) session.problem.value = all.join('; ');
  };
  const write = () => {
    if (session.shown.value.length === 0) return;
    const next = page.addressOf(addressOf());
    // An entry of its own, unless the browser has made one: of a link, or on the way back. Back is another page's, where this
    // one is embedded.
    const own =
      page.embedded === undefined && written !== undefined && location.hash === written && next !== written;
    written = next;
    history[own ? 'pushState' : 'replaceState'](idsOf(session), '', next);
  };
  const stop = effect(write);
  addEventListener('hashchange', read);
  void read();
  return () => {
    stop();
    removeEventListener('hashchange', read);
  };
}
