import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Session } from '../session.js';

const count = (value: number): string => Math.round(value).toLocaleString('en');

const states = { paused: 'paused', playing: 'training', finished: 'finished', diverged: 'diverged' };

/** Play, pause, one step, to a step, start over; and the slider over the kept moments. */
export function Transport({ session }: { session: Session }) {
  const until = useMemo(() => signal('1000'), []);
  const frame = session.frame.value;
  const playing = session.playing.value;
  const run = session.main.value;
  const steps = run?.info.settings.steps ?? 0;
  const ended = frame === undefined || frame.state === 'diverged' || frame.step >= steps;
  const busy = session.busy.value !== undefined;
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
          <button type="submit" disabled={playing || ended || busy || !(goal > (frame?.step ?? 0))}>
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
          <dd data-testid="loss">{session.moment.value?.loss?.toFixed(4) ?? '–'}</dd>
        </div>
        <div>
          <dt>steps/s</dt>
          <dd data-testid="speed">{frame?.stepsPerSecond ? count(frame.stepsPerSecond) : '–'}</dd>
        </div>
        <div>
          <dt>state</dt>
          <dd data-testid="state">{session.busy.value ?? states[frame?.state ?? 'paused']}</dd>
        </div>
      </dl>
      <Timeline session={session} />
    </section>
  );
}

function Timeline({ session }: { session: Session }) {
  const frame = session.frame.value;
  if (frame === undefined) return null;
  const { kept } = frame;
  const past = session.past.value;
  const at = past === undefined ? kept.length - 1 : kept.indexOf(past.step);
  return (
    <div class="timeline">
      <label for="moment">Time</label>
      <input
        id="moment"
        type="range"
        min={0}
        max={Math.max(0, kept.length - 1)}
        value={at}
        disabled={session.playing.value || kept.length < 2}
        aria-valuetext={`step ${count(kept[at] ?? 0)}`}
        onInput={({ currentTarget }) => void session.look(kept[Number(currentTarget.value)])}
      />
      <output for="moment">
        {past === undefined
          ? `now: step ${count(frame.step)}`
          : `step ${count(past.step)} of ${count(frame.step)}`}
      </output>
      <button type="button" disabled={past === undefined} onClick={() => void session.fork()}>
        Go on from here
      </button>
    </div>
  );
}
