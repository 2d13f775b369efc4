import { useEffect, useState } from 'preact/hooks';
import { lostStep, tabStore, writeNote } from '../lost-run.js';
import type { Session } from '../session.js';
import { whole } from './figures.js';

/** After a reload: the steps that it has cost, which can be made again; and the note for the next one. */
export function Lost({ session }: { session: Session }) {
  const [lost, setLost] = useState(() => ({
    step: lostStep(tabStore(), location.hash),
    address: location.hash,
  }));
  useEffect(() => {
    const note = () => {
      const steps = session.shown.peek().map(({ frame }) => frame.peek().step);
      // A run that was not trained since is still the one of the last note.
      if (steps.length > 0 && (Math.max(...steps) > 0 || lost.step === undefined))
        writeNote(tabStore(), { address: location.hash, step: Math.max(...steps) });
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
  const leave = () => setLost({ ...lost, step: undefined });
  const { step } = lost;
  const main = session.main.value;
  // Before the first run is there too, so that nothing moves when it comes.
  if (step === undefined || (main && (main.frame.value.step > 0 || location.hash !== lost.address)))
    return null;
  return (
    <div class="lost" role="status">
      <p>
        You had trained {whole(step)} steps of this, and loading the page has lost them. Its settings make the
        same steps again, bit for bit.
      </p>
      <button
        type="button"
        disabled={main === undefined || session.busy.value !== undefined || session.playing.value}
        onClick={() => void session.play(step)}
      >
        Train to step {whole(step)} again
      </button>
      <button type="button" onClick={leave}>
        No
      </button>
    </div>
  );
}
