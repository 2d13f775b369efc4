import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Selection } from '../session/selection.js';
import type { Session } from '../session/session.js';
import { highlight } from '../view/highlight.js';
import type { Lesson } from './lesson.js';
import { type Lessons, linkOf, videoOf } from './lessons.js';
import { Question } from './question.js';
import { Seen } from './seen.js';
import './panel.css';

interface LessonPanelProps {
  session: Session;
  lessons: Lessons;
  selection: Selection;
}

/**
 * The lesson that one is in. Keys, wherever in it no answer has the focus: right arrow goes on, left arrow goes back, 1 to 9
 * choose an answer. In the answers the arrows choose, and Enter plays. All other keys are the page's.
 */
export function LessonPanel({ session, lessons, selection }: LessonPanelProps) {
  const panel = useRef<HTMLElement>(null);
  const lesson = lessons.current.value;
  useHighlight(lessons, selection, panel);
  useFocus(lessons, panel);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !takes(event)) return;
    const act = actOf(event.key, lessons);
    if (act === undefined) return;
    event.preventDefault();
    // Elsewhere the right arrow makes a step.
    event.stopPropagation();
    act();
  };
  return (
    <section ref={panel} class="lesson" data-place="lesson" aria-labelledby="lesson-title" onKeyDown={press}>
      <Contents lessons={lessons} />
      <h2 id="lesson-title" tabIndex={-1}>
        {lesson.title}
      </h2>
      <p class="lesson-source">
        <Source lesson={lesson} />
      </p>
      {lesson.text.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <Question key={lesson.id} session={session} lessons={lessons} />
      <Seen lessons={lessons} panel={panel} />
    </section>
  );
}

function Source({ lesson }: { lesson: Lesson }) {
  const link = (
    <a href={videoOf(lesson)} target="_blank" rel="noreferrer">
      {clock(lesson.time)} in the lecture
    </a>
  );
  if (lesson.kind === 'lecture') return link;
  return (
    <>
      {lesson.kind === 'exercise' ? 'Exercise' : 'What if …'} · {link}
    </>
  );
}

/** 1:26:51 */
const clock = (seconds: number): string => {
  const pad = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
};

/** All lessons, folded; where one is among them; and the ones beside. */
function Contents({ lessons }: { lessons: Lessons }) {
  const { list, current, done } = lessons;
  const details = useRef<HTMLDetailsElement>(null);
  const place = list.indexOf(current.value) + 1;
  const [before, after] = [lessons.beside(-1), lessons.beside(1)];
  return (
    <nav class="lesson-contents" aria-label="Lessons">
      <details ref={details}>
        <summary>
          Lesson {place} of {list.length}
        </summary>
        <div class="lesson-list">
          <ol>
            {list.map((lesson) => (
              <li key={lesson.id} class={done.value.has(lesson.id) ? 'done' : ''}>
                <a
                  href={linkOf(lesson)}
                  aria-current={lesson === current.value ? 'true' : undefined}
                  onClick={() => {
                    if (details.current !== null) details.current.open = false;
                  }}
                >
                  {lesson.title}
                </a>
                {done.value.has(lesson.id) && (
                  <span class="mark">
                    <span aria-hidden="true">✓</span>
                    <span class="visually-hidden">played</span>
                  </span>
                )}
              </li>
            ))}
          </ol>
          <p>
            Keys in the lesson: <kbd>→</kbd> goes on, <kbd>←</kbd> goes back, <kbd>1</kbd> to <kbd>4</kbd>{' '}
            choose an answer, <kbd>Enter</kbd> there plays.
          </p>
        </div>
      </details>
      <Beside lesson={before} name="Previous lesson" sign="←" />
      <Beside lesson={after} name="Next lesson" sign="→" />
    </nav>
  );
}

/** Its title is what one hovers; a reader of the screen is told which one it is too. */
function Beside({ lesson, name, sign }: { lesson: Lesson | undefined; name: string; sign: string }) {
  if (lesson === undefined) return null;
  return (
    <a
      class="beside"
      href={linkOf(lesson)}
      title={`${name}: ${lesson.title}`}
      aria-label={`${name}: ${lesson.title}`}
    >
      {sign}
    </a>
  );
}

/** A radio has the arrows for itself, and a field all keys. */
const takes = ({ target, key }: KeyboardEvent): boolean => {
  if (!(target instanceof Element)) return true;
  if (target.matches('input[type="radio"]')) return /^\d$/.test(key);
  return target.closest('input, select, textarea') === null;
};

function actOf(key: string, lessons: Lessons): (() => void) | undefined {
  if (key === 'ArrowRight') return () => void lessons.goOn();
  if (key === 'ArrowLeft') {
    const before = lessons.beside(-1);
    return before && (() => void lessons.open(before));
  }
  const choice = Number(key) - 1;
  if (lessons.current.peek().choices[choice] === undefined) return undefined;
  return () => lessons.predict(choice);
}

/** What is spoken of is marked when it has been seen, and no longer than that. */
function useHighlight(
  { sight }: Lessons,
  selection: Selection,
  panel: { current: HTMLElement | null },
): void {
  useSignalEffect(() => {
    const seen = sight.value;
    if (seen === undefined) return highlight(undefined);
    const { look, layer } = seen.change ?? seen.lesson;
    if (layer !== undefined) selection.select({ place: layer });
    highlight(look, panel.current);
  });
  useEffect(() => () => highlight(undefined), []);
}

/** New words are scrolled into view; who was in the panel, or nowhere, reads on there. */
function useFocus(lessons: Lessons, panel: { current: HTMLElement | null }): void {
  const last = useRef<unknown>(undefined);
  const lesson = lessons.current.value;
  const sight = lessons.sight.value;
  useEffect(() => {
    const first = last.current === undefined;
    last.current = lesson;
    if (first) return;
    const place = panel.current?.querySelector<HTMLElement>(
      sight === undefined ? '#lesson-title' : '#lesson-seen',
    );
    place?.scrollIntoView({ block: sight === undefined ? 'nearest' : 'center' });
    const { activeElement } = document;
    if (panel.current?.contains(activeElement) || activeElement === document.body)
      place?.focus({ preventScroll: true });
  }, [lesson, sight, panel]);
}
