import { batch, effect, signal } from '@preact/signals';
import { addressOfLesson, type Lessons } from '../lessons/index.js';
import type { PageState } from '../session/page-state.js';
import type { Session } from '../session/session.js';
import { readAddress, writeAddress } from '../settings/address.js';
import { type Place, readPlace } from '../settings/place.js';

/** Runs that are shown, by id, as an entry of the history keeps them. */
const idsOf = (session: Session) => session.shown.peek().map(({ info }) => info.id);

/** The runs of an address, as they are written: those of its lesson where it says no more. */
export function runsOf({ view, lesson, runs }: Place, lessons: Lessons): string {
  if (runs === '' && view === 'lessons')
    return addressOfLesson(lessons.find(lesson) ?? lessons.current.peek());
  return writeAddress(readAddress(runs).runs);
}

/**
 * The address says what is shown, and what is shown follows the address. Each change of it is an entry of the history: Back
 * shows what was there before, with the steps that it had made where that run is still open. To play changes no address.
 * Returns what ends it.
 */
export function followAddress(session: Session, page: PageState, lessons: Lessons): () => void {
  let written: string | undefined;
  let reads = 0;
  /** Whether what is shown is on its way to an address. */
  const reading = signal(false);
  /** The runs that an entry had, if all of them are open and of this address. */
  const opened = (place: Place, state: unknown) => {
    const ids: unknown[] = Array.isArray(state) ? state : [];
    const found = ids.map((id) => session.runs.peek().find(({ info }) => info.id === id));
    const all = found.filter((run) => run !== undefined);
    const runs = writeAddress(all.map(({ linked }) => linked));
    return all.length === ids.length && runsOf(place, lessons) === runs ? all : [];
  };
  const show = async (place: Place): Promise<string[]> => {
    const { runs, problems } = readAddress(place.runs);
    const [main, other] = opened(place, history.state);
    const lesson = lessons.find(place.lesson);
    if (place.lesson !== undefined && lesson === undefined)
      problems.push(`lesson: expected one of the lessons, got ‘${place.lesson}’`);
    const opens = main === undefined && place.runs === '' && place.view === 'lessons';
    const before = location.hash;
    batch(() => {
      page.view.value = place.view;
      if (lesson !== undefined && !opens) lessons.enter(lesson);
    });
    const done = await (main !== undefined
      ? session.choose(main, other)
      : opens
        ? lessons.open(lesson)
        : // An address that names no run is one of the view alone.
          (place.runs === '' && session.main.peek() !== undefined) || session.show(runs));
    // Another address has come meanwhile.
    if (location.hash !== before) return [];
    const failed = session.problem.peek();
    // What cannot be opened leaves the page as it was, and its address; a page that has nothing yet shows a run that can.
    if (!done && session.main.peek() === undefined) await session.show(readAddress('').runs);
    else if (!done && written !== undefined) history.replaceState(idsOf(session), '', written);
    return [...place.problems, ...problems, ...(failed === undefined ? [] : [failed])];
  };
  const read = async () => {
    if (location.hash === written) return;
    const mine = ++reads;
    reading.value = true;
    const problems = await show(readPlace(location.hash));
    if (mine !== reads) return;
    reading.value = false;
    if (problems.length > 0) session.problem.value = problems.join('; ');
  };
  const stop = effect(() => {
    const shown = session.shown.value;
    const runs = writeAddress(shown.map(({ linked }) => linked));
    const lesson = page.view.value === 'lessons' ? lessons.current.value : undefined;
    // Of a lesson that one goes to the runs come later.
    if (shown.length === 0 || reading.value || session.busy.value !== undefined) return;
    const short = lesson !== undefined && runs === addressOfLesson(lesson);
    const next = page.addressOf(short ? '' : runs, lesson?.id);
    // An entry of its own, unless the browser has made one: of a link, or on the way back. Back is another page's, where this
    // one is embedded.
    const own =
      page.embedded === undefined && written !== undefined && location.hash === written && next !== written;
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
