import { useState } from 'preact/hooks';
import type { Frame } from '../engine/protocol.js';
import type { RunView, Session } from '../session/session.js';
import { fixed, whole } from '../view/figures.js';
import { labelOf } from '../view/label.js';

/** The runs of this visit, once there are two: which of them is looked at, and which beside it. */
export function RunList({ session }: { session: Session }) {
  const { runs, main } = session;
  if (main.value === undefined || runs.value.length < 2) return null;
  return (
    <section class="runs" aria-labelledby="runs-title">
      <h2 id="runs-title">Runs of this visit</h2>
      <Offer session={session} />
      <ol>
        {runs.value.toReversed().map((run) => (
          <Entry key={run.info.id} session={session} run={run} />
        ))}
      </ol>
    </section>
  );
}

/** After going on from an earlier moment: the run that it was. */
function Offer({ session }: { session: Session }) {
  const [left, setLeft] = useState<number>();
  const { main, other, runs } = session;
  const { id, parent } = main.value?.info ?? {};
  const original = runs.value.find(({ info }) => info.id === parent?.id);
  if (parent === undefined || original === undefined || original === other.value || left === id) return null;
  return (
    <div class="offer" role="status">
      <p>
        Run {id} goes on from step {whole(parent.step)} of run {parent.id}. It makes the same steps again, bit
        for bit.
      </p>
      <div class="actions">
        <button type="button" onClick={() => main.value && void session.choose(main.value, original)}>
          Show run {parent.id} beside it
        </button>
        <button type="button" onClick={() => setLeft(id)}>
          No
        </button>
      </div>
    </div>
  );
}

const words: Record<Frame['state'], string> = {
  paused: 'paused',
  playing: 'training',
  finished: 'finished',
  diverged: 'diverged',
};

function Entry({ session, run }: { session: Session; run: RunView }) {
  const { main, other } = session;
  const { step, loss, state } = run.frame.value;
  const { id } = run.info;
  const shown = main.value;
  const isMain = run === shown;
  const isOther = run === other.value;
  return (
    <li aria-current={isMain ? 'true' : undefined}>
      <span class="label">
        {labelOf(run)} {isMain && <b>shown</b>}
        {isOther && <b>beside it</b>}
      </span>
      <span class="state">
        step {whole(step)}, loss {fixed(loss, 4)}, {words[state]}
      </span>
      {!isMain && shown && (
        <span class="actions">
          <button
            type="button"
            aria-label={`${isOther ? 'Swap with' : 'Show'} run ${id}`}
            onClick={() => void session.choose(run, isOther ? shown : undefined)}
          >
            {isOther ? 'Swap' : 'Show'}
          </button>
          <button
            type="button"
            aria-label={isOther ? 'Stop comparing' : `Compare run ${id} with the one that is shown`}
            title={
              isOther
                ? undefined
                : 'Draws it into every chart beside the one that is shown; both train together'
            }
            onClick={() => void session.choose(shown, isOther ? undefined : run)}
          >
            {isOther ? 'Stop comparing' : 'Compare'}
          </button>
          {!isOther && (
            <button type="button" aria-label={`Close run ${id}`} onClick={() => session.close(run)}>
              Close
            </button>
          )}
        </span>
      )}
    </li>
  );
}
