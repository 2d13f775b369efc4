import type { Session } from '../session/session.js';
import type { View } from '../settings/place.js';
import { fixed, whole } from '../view/figures.js';
import type { AppProps } from './app.js';
import { firstPanel } from './panels.js';

const views: readonly { view: View; title: string }[] = [
  { view: 'lessons', title: 'Lessons' },
  { view: 'free', title: 'Free play' },
  { view: 'benchmark', title: 'Benchmark' },
];

/** What the page is, its views, and how far the run has come. */
export function TopBar({ session, page, lessons }: Pick<AppProps, 'session' | 'page' | 'lessons'>) {
  return (
    <header class="top">
      <h1>
        lanewise{' '}
        <span class="subtitle">
          a small network learns to make up names
          <span class="source">, after Karpathy’s makemore, part 3</span>
        </span>
      </h1>
      <nav class="views" aria-label="Views">
        {views.map(({ view, title }) => (
          <button
            key={view}
            type="button"
            aria-current={page.view.value === view ? 'page' : undefined}
            onClick={() => {
              page.view.value = view;
              if (view === 'lessons') void lessons.open();
            }}
          >
            {title}
          </button>
        ))}
        <a href="./notebook.html">Notebook</a>
      </nav>
      <Meters session={session} />
      <button
        type="button"
        class="projector-button"
        title="Projector: one panel on the whole screen (F)"
        aria-label="Projector"
        aria-keyshortcuts="F"
        onClick={() => {
          page.projected.value = firstPanel();
        }}
      >
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="M1 4V1h3M8 1h3v3M11 8v3H8M4 11H1V8" />
        </svg>
      </button>
    </header>
  );
}

const states = { paused: 'paused', playing: 'training', finished: 'finished', diverged: 'diverged' };

export function Meters({ session }: { session: Session }) {
  const frame = session.frame.value;
  const { step, loss } = session.moment.value ?? {};
  const playing = session.playing.value;
  const speed = frame?.stepsPerSecond;
  return (
    <dl class="meters">
      <div>
        <dt>step</dt>
        <dd data-testid="step">{whole(step)}</dd>
      </div>
      <div>
        <dt>loss</dt>
        <dd data-testid="loss">{fixed(loss, 4)}</dd>
      </div>
      <div>
        <dt>steps/s</dt>
        <dd data-testid="speed">{speed ? whole(Math.round(speed)) : '–'}</dd>
      </div>
      <div>
        <dt>state</dt>
        <dd data-testid="state">
          {session.busy.value ?? states[playing ? 'playing' : (frame?.state ?? 'paused')]}
        </dd>
      </div>
    </dl>
  );
}
