import type { Session } from '../session/session.js';
import { whole } from '../view/figures.js';

/** Steps a second, in stops of about double; the last is as fast as it goes. */
const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, Number.POSITIVE_INFINITY];

const inWords = (speed: number): string =>
  Number.isFinite(speed)
    ? `${whole(speed)} ${speed === 1 ? 'step' : 'steps'} a second`
    : 'as fast as it goes';

export function SpeedSlider({ session }: { session: Session }) {
  const speed = session.speed.value;
  const text = inWords(speed);
  return (
    <div class="speed">
      <label for="speed">Speed</label>
      <input
        id="speed"
        type="range"
        min={0}
        max={SPEEDS.length - 1}
        value={SPEEDS.indexOf(speed)}
        aria-valuetext={text}
        title={text}
        onInput={({ currentTarget }) => void session.setSpeed(SPEEDS[Number(currentTarget.value)])}
      />
      <output for="speed">{Number.isFinite(speed) ? `${whole(speed)}/s` : 'full'}</output>
    </div>
  );
}
