import type { Session } from '../session/session.js';
import { whole } from '../view/figures.js';
import type { Choice } from './lesson.js';
import type { Lessons, Sight } from './lessons.js';

/** The prediction, and what plays the lesson; when that was seen, what became of each answer. */
export function Question({ session, lessons }: { session: Session; lessons: Lessons }) {
  const lesson = lessons.current.value;
  const { prediction } = lessons;
  const stage = lessons.stage.value;
  const sight = lessons.sight.value;
  // Of a run with something changed the answers were not asked.
  const answered = sight?.change === undefined ? sight : undefined;
  return (
    <form
      class="lesson-question"
      onSubmit={(event) => {
        event.preventDefault();
        if (stage === 'ask') void lessons.play();
      }}
    >
      <fieldset disabled={stage === 'playing'}>
        <legend>{lesson.question}</legend>
        {lesson.choices.map((choice, i) => (
          <label key={choice.answer} class={answered === undefined ? '' : markOf(choice, answered)}>
            <input
              type="radio"
              name="prediction"
              checked={prediction === i}
              disabled={stage === 'seen'}
              onChange={() => lessons.predict(i)}
            />
            <span>{choice.answer}</span>
          </label>
        ))}
      </fieldset>
      {answered !== undefined && <Verdict sight={answered} prediction={prediction} />}
      {stage !== 'seen' && <PlayButton session={session} lessons={lessons} />}
    </form>
  );
}

function PlayButton({ session, lessons }: { session: Session; lessons: Lessons }) {
  const { until } = lessons.current.value;
  const playing = lessons.stage.value === 'playing';
  const asked = lessons.prediction === undefined;
  const begun = lessons.itsRuns.value && (session.frame.value?.step ?? 0) > 0;
  return (
    <div class="lesson-actions">
      <button
        type="submit"
        class="primary"
        disabled={asked || playing || session.broken.value !== undefined}
        aria-describedby={asked ? 'lesson-asked' : undefined}
      >
        {playing
          ? `Step ${whole(session.frame.value?.step)} of ${whole((lessons.change.value ?? lessons.current.value).until)}`
          : `${begun ? 'Go on' : 'Play'} to step ${whole(until)}`}
      </button>
      {asked && (
        <span id="lesson-asked" class="help">
          Choose what you expect first.
        </span>
      )}
    </div>
  );
}

/** What the run says of the answer that was chosen, and where that is not the right one, of that too. */
function Verdict({ sight, prediction }: { sight: Sight; prediction: number | undefined }) {
  const { lesson, seen } = sight;
  const chosen = prediction === undefined ? undefined : lesson.choices[prediction];
  const right = lesson.choices.find((choice) => choice.holds(seen));
  if (chosen === undefined || right === undefined) return null;
  return (
    <div class={chosen === right ? 'verdict right' : 'verdict'}>
      <p>
        <b>{chosen === right ? 'As you said.' : 'Not quite.'}</b> {wordOf(chosen, sight)}
      </p>
      {chosen !== right && (
        <p>
          <span class="mark" aria-hidden="true">
            ✓
          </span>{' '}
          {wordOf(right, sight)}
        </p>
      )}
    </div>
  );
}

const wordOf = ({ word }: Choice, { seen }: Sight): string =>
  typeof word === 'string' ? word : word.holds(seen) ? word.says(seen) : '';

const markOf = (choice: Choice, { seen }: Sight): string => (choice.holds(seen) ? 'holds' : 'fails');
