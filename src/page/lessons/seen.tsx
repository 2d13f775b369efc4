import { useSignal } from '@preact/signals';
import { highlight } from '../view/highlight.js';
import { type Lessons, linkOf } from './lessons.js';

interface SeenProps {
  lessons: Lessons;
  panel: { current: HTMLElement | null };
}

/** What was seen, with the numbers of this run; what to change; and the next lesson. */
export function Seen({ lessons, panel }: SeenProps) {
  const sight = lessons.sight.value;
  const next = lessons.beside(1);
  return (
    <>
      {/* There before it has words, so that a reader of the screen hears them come. */}
      <div role="status">{sight !== undefined && <Words lessons={lessons} panel={panel} />}</div>
      {sight !== undefined && <Changes lessons={lessons} />}
      {sight !== undefined && next !== undefined && (
        <p class="lesson-next">
          <a href={linkOf(next)}>
            Next: {next.title}
            <span aria-hidden="true">&nbsp;→</span>
          </a>
        </p>
      )}
    </>
  );
}

function Words({ lessons, panel }: SeenProps) {
  const away = useSignal(false);
  const sight = lessons.sight.value;
  if (sight === undefined) return null;
  const { lesson, change, seen } = sight;
  const { look, looked, at, seen: claims } = change ?? lesson;
  return (
    <>
      <h3 id="lesson-seen" tabIndex={-1}>
        {change === undefined ? 'What you saw' : change.title}
      </h3>
      {claims
        .filter((claim) => claim.holds(seen))
        .map((claim) => {
          const text = claim.says(seen);
          return <p key={text}>{text}</p>;
        })}
      <p class="lesson-look">
        <button
          type="button"
          class="link"
          onClick={() => {
            void lessons.showMoment();
            highlight(look);
            away.value = true;
          }}
        >
          Look at {looked}
          {at !== undefined && `, ${at === 0 ? 'before the first step' : `after step ${at}`}`}.
        </button>
      </p>
      {away.value && (
        <button
          type="button"
          class="lesson-back"
          onClick={() => {
            away.value = false;
            panel.current?.querySelector('#lesson-seen')?.scrollIntoView({ block: 'center' });
          }}
        >
          Back to the lesson
        </button>
      )}
    </>
  );
}

function Changes({ lessons }: { lessons: Lessons }) {
  const { lesson, change } = lessons.sight.value ?? {};
  const playing = lessons.stage.value === 'playing';
  return (
    <div class="lesson-changes">
      <h3>Now change something</h3>
      {lesson?.changes.map((each) => (
        <button
          key={each.title}
          type="button"
          disabled={playing}
          aria-pressed={each === change}
          onClick={() => void lessons.try(each)}
        >
          {each.title}
        </button>
      ))}
    </div>
  );
}
