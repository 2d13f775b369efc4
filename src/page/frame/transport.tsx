import { useSignal } from '@preact/signals';
import type { Session } from '../session.js';
import { fixed, whole } from '../view/figures.js';
import { InstrumentNav } from './instrument-nav.js';
import { timeTicks } from './time-ticks.js';

const count = (value: number): string => whole(Math.round(value));

const states = { paused: 'paused', playing: 'training', finished: 'finished', diverged: 'diverged' };

/** Play, pause, one step, to a step, start over; and the slider over the kept moments. */
export function Transport({ session }: { session: Session }) {
  const until = useSignal('1,000');
  const frame = session.frame.value;
  const playing = session.playing.value;
  const ended = session.open.value.length === 0;
  const busy = session.busy.value !== undefined || session.broken.value !== undefined;
  const goal = /^[\d,. ]+$/.test(until.value) ? Number(until.value.replace(/[,. ]/g, '')) : Number.NaN;
  return (
    <section class="transport" aria-label="Training">
      <div class="buttons">
        <button
          type="button"
          class="primary"
          disabled={(ended && !playing) || busy}
          aria-keyshortcuts="Space"
          onClick={() => void (playing ? session.pause() : session.play())}
        >
          {playing ? 'Pause' : 'Play'}
        </button>
        <button
          type="button"
          disabled={playing || ended || busy}
          aria-keyshortcuts="ArrowRight"
          onClick={() => void session.step()}
        >
          One step
        </button>
        <button type="button" disabled={busy} aria-keyshortcuts="R" onClick={() => void session.startOver()}>
          Start over
        </button>
        <form
          class="until"
          onSubmit={(event) => {
            event.preventDefault();
            if (goal > 0) void session.play(goal);
          }}
        >
          <button type="submit" disabled={playing || ended || busy || !(goal > session.behind.value)}>
            Run to
          </button>
          <input
            type="text"
            inputMode="numeric"
            aria-label="Step to run to"
            value={until.value}
            onInput={({ currentTarget }) => {
              until.value = currentTarget.value;
            }}
          />
        </form>
      </div>
      <dl class="meters">
        <div>
          <dt>step</dt>
          <dd data-testid="step">{frame === undefined ? '–' : count(session.moment.value?.step ?? 0)}</dd>
        </div>
        <div>
          <dt>loss</dt>
          <dd data-testid="loss">{fixed(session.moment.value?.loss, 4)}</dd>
        </div>
        <div>
          <dt>steps/s</dt>
          <dd data-testid="speed">{frame?.stepsPerSecond ? count(frame.stepsPerSecond) : '–'}</dd>
        </div>
        <div>
          <dt>state</dt>
          <dd data-testid="state">
            {session.busy.value ?? states[playing ? 'playing' : (frame?.state ?? 'paused')]}
          </dd>
        </div>
      </dl>
      <Timeline session={session} />
      <InstrumentNav session={session} />
    </section>
  );
}

function Timeline({ session }: { session: Session }) {
  const { main, other, moment, otherFrame, past, looked } = session;
  const steps = session.steps.value;
  const now = looked.value === undefined;
  const at = looked.value === undefined ? steps.length - 1 : steps.indexOf(looked.value);
  const made = [moment.value, otherFrame.value].flatMap((each) => (each ? [count(each.step)] : []));
  const where = other.value === undefined ? `step ${made[0] ?? 0}` : `steps ${made.join(' and ')}`;
  const last = main.value?.frame.value.step ?? 0;
  return (
    <div class="timeline">
      <label for="moment">Time</label>
      <div class="slider">
        <input
          id="moment"
          type="range"
          min={0}
          max={Math.max(0, steps.length - 1)}
          value={Math.max(0, at)}
          disabled={session.playing.value || steps.length < 2}
          aria-valuetext={where}
          onInput={({ currentTarget }) => void session.look(steps[Number(currentTarget.value)])}
        />
        <div class="ticks" aria-hidden="true">
          {timeTicks(steps).map(({ at, step }) => (
            <span key={step} style={{ left: `${100 * at}%` }}>
              {count(step)}
            </span>
          ))}
        </div>
      </div>
      <output for="moment">
        {now ? `now: ${where}` : other.value === undefined ? `${where} of ${count(last)}` : where}
      </output>
      <button
        type="button"
        disabled={past.value === undefined || session.busy.value !== undefined}
        onClick={() => void session.fork()}
      >
        Go on from here
      </button>
    </div>
  );
}
