import { useSignal } from '@preact/signals';
import type { Session } from '../session/session.js';
import { whole } from '../view/figures.js';
import { SpeedSlider } from './speed-slider.js';
import { timeTicks } from './time-ticks.js';

/** Play, pause, one step, to a step, start over; how fast; and the slider over the kept moments. */
export function Transport({ session }: { session: Session }) {
  const playing = session.playing.value;
  const ended = session.open.value.length === 0;
  const busy = session.busy.value !== undefined || session.broken.value !== undefined;
  return (
    <section class="transport" aria-label="Training">
      <div class="buttons">
        <PlayButton session={session} />
        <button
          type="button"
          disabled={playing || ended || busy}
          aria-keyshortcuts="ArrowRight"
          onClick={() => void session.step()}
        >
          One step
        </button>
        <button
          type="button"
          class="again"
          disabled={busy}
          aria-keyshortcuts="R"
          onClick={() => void session.startOver()}
        >
          <span>Start over</span>
        </button>
        <RunTo session={session} disabled={playing || ended || busy} />
      </div>
      <SpeedSlider session={session} />
      <Timeline session={session} />
    </section>
  );
}

export function PlayButton({ session }: { session: Session }) {
  const playing = session.playing.value;
  const ended = session.open.value.length === 0;
  const busy = session.busy.value !== undefined || session.broken.value !== undefined;
  return (
    <button
      type="button"
      class="primary play"
      disabled={(ended && !playing) || busy}
      aria-keyshortcuts="Space"
      onClick={() => void (playing ? session.pause() : session.play())}
    >
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d={playing ? 'M1 0h3v10H1zM6 0h3v10H6z' : 'M1 0l9 5-9 5z'} />
      </svg>
      {playing ? 'Pause' : 'Play'}
    </button>
  );
}

function RunTo({ session, disabled }: { session: Session; disabled: boolean }) {
  const until = useSignal('1,000');
  const goal = /^[\d,. ]+$/.test(until.value) ? Number(until.value.replace(/[,. ]/g, '')) : Number.NaN;
  return (
    <form
      class="until"
      onSubmit={(event) => {
        event.preventDefault();
        if (goal > 0) void session.play(goal);
      }}
    >
      <button type="submit" disabled={disabled || !(goal > session.behind.value)}>
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
  );
}

function Timeline({ session }: { session: Session }) {
  const { main, other, moment, otherFrame, past, looked } = session;
  const steps = session.steps.value;
  const now = looked.value === undefined;
  const at = looked.value === undefined ? steps.length - 1 : steps.indexOf(looked.value);
  const made = [moment.value, otherFrame.value].flatMap((each) => (each ? [whole(each.step)] : []));
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
              {whole(step)}
            </span>
          ))}
        </div>
      </div>
      <output for="moment">
        {now ? `now: ${where}` : other.value === undefined ? `${where} of ${whole(last)}` : where}
      </output>
      {past.value !== undefined && (
        <button type="button" disabled={session.busy.value !== undefined} onClick={() => void session.fork()}>
          Go on from here
        </button>
      )}
    </div>
  );
}
