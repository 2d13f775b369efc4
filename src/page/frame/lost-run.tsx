import { effect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { RunInfo } from '../engine/protocol.js';
import type { Lessons } from '../lessons/index.js';
import { keepLists } from '../session/kept-lists.js';
import { addressOf, forgetRuns, type LostRun, lostRun, noteRuns, tabStore } from '../session/lost-run.js';
import type { Session } from '../session/session.js';
import { readAddress } from '../settings/address.js';
import { readPlace } from '../settings/place.js';
import { whole } from '../view/figures.js';
import { FileName } from '../view/file-name.js';
import { runsOf } from './follow-address.js';

const steps = (count: number): string => `${whole(count)} step${count === 1 ? '' : 's'}`;

/** The step that a run began with on this page. */
const firstStep = ({ parent, file }: RunInfo): number => parent?.step ?? file?.step ?? 0;

/**
 * After a reload: the steps that it has cost, and how they can be made again; until that is taken or declined, or a run of
 * this visit is trained. And the note for the next reload.
 */
export function LostRunOffer({ session, lessons }: { session: Session; lessons: Lessons }) {
  const [lost, setLost] = useState(() => lostRun(tabStore()));
  useEffect(
    () =>
      session.shown.subscribe((shown) => {
        if (shown.length > 0) keepLists(tabStore(), shown);
      }),
    [session],
  );
  useEffect(() => {
    // A run that was not made again is still the one of the last note.
    if (lost !== undefined)
      return effect(() => {
        const trained = session.runs.value.some(
          ({ info, frame }) =>
            frame.value.step > firstStep(info) ||
            (lost.checkpoint !== undefined && info.file?.source === lost.checkpoint),
        );
        if (trained) setLost(undefined);
      });
    const note = () => {
      const shown = session.shown.peek();
      if (shown.length > 0) noteRuns(tabStore(), shown);
    };
    const stop = session.playing.subscribe((playing) => {
      if (!playing) note();
    });
    // A page that is hidden may be discarded without another event.
    document.addEventListener('visibilitychange', note);
    addEventListener('pagehide', note);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', note);
      removeEventListener('pagehide', note);
    };
  }, [session, lost]);
  const decline = () => {
    forgetRuns(tabStore());
    setLost(undefined);
  };
  if (lost === undefined) return null;
  const { checkpoint, address, lists } = lost;
  const missing = !session.knows(readAddress(address).runs);
  return (
    <div class="lost" role="status">
      {checkpoint !== undefined ? (
        <Needed>
          Loading the page has lost a run at step {whole(lost.step)} that went on from{' '}
          <FileName of={checkpoint} />. To go on from there again, open or drop that file.
        </Needed>
      ) : missing ? (
        <Needed>
          Loading the page has lost the {steps(lost.step)} you had trained on <Files of={lists} />, and the
          list{session.names.value === undefined && ': the built-in names are in its place'}. Open or drop it
          again, and the same steps can be made again, bit for bit.
        </Needed>
      ) : (
        <Offer {...{ session, lessons, lost }} />
      )}
      <button type="button" onClick={decline}>
        No
      </button>
    </div>
  );
}

/** What was lost that only a file of the visitor's brings back. */
const Needed = ({ children }: { children: ComponentChildren }) => (
  <>
    <p>{children}</p>
    <button type="button" onClick={() => document.getElementById('names-file')?.click()}>
      Open the file…
    </button>
  </>
);

const Files = ({ of }: { of: readonly string[] }) =>
  of.map((file, i) => (
    <>
      {i > 0 && ' and '}
      <FileName of={file} />
    </>
  ));

interface OfferProps {
  lessons: Lessons;
  session: Session;
  lost: LostRun;
}

/** What the page can make again by itself. */
function Offer({ session, lessons, lost: { address, step } }: OfferProps) {
  const { main, shown, busy, playing } = session;
  // A run that went on from a checkpoint has the address of one that did not.
  const isShown = () =>
    addressOf(shown.value) === address && shown.value.every(({ info }) => info.file === undefined);
  const again = async () => {
    if (!isShown()) await session.show(readAddress(address).runs);
    if (isShown()) await session.play(step);
  };
  // Before the first run is there too, so that nothing moves when it comes.
  const same = main.value === undefined ? runsOf(readPlace(location.hash), lessons) === address : isShown();
  return (
    <>
      <p>
        Loading the page has lost the {steps(step)} you had trained{!same && ' with other settings'}.{' '}
        {same ? 'These' : 'Those'} settings make the same again, bit for bit.
      </p>
      <button
        type="button"
        disabled={main.value === undefined || busy.value !== undefined || playing.value}
        onClick={() => void again()}
      >
        Train to step {whole(step)} again
      </button>
    </>
  );
}
