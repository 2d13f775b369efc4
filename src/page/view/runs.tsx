import { useState } from 'preact/hooks';
import type { Frame } from '../protocol.js';
import type { RunView, Session } from '../session.js';
import { labelOf } from './label.js';
import { Panel } from './panel.js';
import './runs.css';

const count = (value: number): string => value.toLocaleString('en');

/** The runs of this visit: which of them is looked at, and which beside it. */
export function Runs({ session }: { session: Session }) {
  const { runs, main, other } = session;
  if (main.value === undefined) return null;
  return (
    <Panel class="runs" title="Runs of this visit">
      <Offer session={session} />
      <ol>
        {runs.value.toReversed().map((run) => (
          <Entry key={run.info.id} session={session} run={run} />
        ))}
      </ol>
      {runs.value.length < 2 ? (
        <p class="help">
          Train a little, then change a setting: the run before stays here, and can be shown beside the new
          one.
        </p>
      ) : (
        other.value === undefined && (
          <p class="help">“Beside” draws a second run into every chart; both then train together.</p>
        )
      )}
    </Panel>
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
        Run {id} goes on from step {count(parent.step)} of run {parent.id}. It makes the same steps again, bit
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
      <p class="label">
        {labelOf(run)} {isMain && <span class="role">(shown)</span>}
        {isOther && <span class="role">(beside it)</span>}
      </p>
      <p class="state">
        step {count(step)}
        {loss !== undefined && `, loss ${loss.toFixed(4)}`}, {words[state]}
      </p>
      {!isMain && (
        <div class="actions">
          <button
            type="button"
            aria-label={`Show run ${id}`}
            onClick={() => void session.choose(run, isOther ? shown : undefined)}
          >
            {isOther ? 'Swap' : 'Show'}
          </button>
          {isOther ? (
            <button
              type="button"
              aria-label={`Stop comparing with run ${id}`}
              onClick={() => shown && void session.choose(shown)}
            >
              Stop comparing
            </button>
          ) : (
            <>
              <button
                type="button"
                aria-label={`Show run ${id} beside the one that is shown`}
                onClick={() => shown && void session.choose(shown, run)}
              >
                Beside
              </button>
              <button type="button" aria-label={`Close run ${id}`} onClick={() => session.close(run)}>
                Close
              </button>
            </>
          )}
        </div>
      )}
    </li>
  );
}
