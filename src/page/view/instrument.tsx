import { type ComponentChildren, createContext, type FunctionComponent } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../session/session.js';
import './aid.css';
import { REVEAL } from './highlight.js';
import { PanelContext, PanelTools } from './panel-tools.js';

export interface About {
  /** What it shows; what healthy looks like; what to try. */
  shows: string;
  healthy: string;
  attempt: string;
}

/** As a learner asks it. */
export type Question = { id: string; question: string } & (
  | {
      /** What answers it. */
      Aid: FunctionComponent<{ session: Session }>;
    }
  | {
      /** Id of the lesson that answers it. */
      lesson: string;
    }
);

interface InstrumentProps {
  id: string;
  title: string;
  session: Session;
  about: About;
  questions?: readonly Question[];
  /** Spans both columns. */
  wide?: boolean;
  /** What it says of this run, read where the questions are. */
  reading?: ComponentChildren;
  children: ComponentChildren;
}

/** Whether instruments can be folded, and how they begin. */
type Folding = 'never' | 'open' | 'folded';
export const FoldingContext = createContext<Folding>('never');

/** An instrument with its explanation, and the questions that arise at it; an answer is there while it is open. */
export function Instrument({
  id,
  title,
  session,
  about,
  questions = [],
  wide = false,
  reading,
  children,
}: InstrumentProps) {
  const folding = useContext(FoldingContext);
  const [open, setOpen] = useState(folding !== 'folded');
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const { current } = place;
    const reveal = () => setOpen(true);
    current?.addEventListener(REVEAL, reveal);
    return () => current?.removeEventListener(REVEAL, reveal);
  }, []);
  return (
    <section
      ref={place}
      class={['instrument', wide && 'wide', !open && 'folded'].filter(Boolean).join(' ')}
      id={id}
      data-place={id}
      aria-labelledby={`${id}-title`}
    >
      <header>
        <h2 id={`${id}-title`}>
          {folding === 'never' ? (
            title
          ) : (
            <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
              {title}
            </button>
          )}
        </h2>
        {open && <PanelTools id={id} title={title} />}
      </header>
      {open && children}
      {open && <Questions {...{ session, about, questions, reading }} />}
    </section>
  );
}

const more = (questions: number): string =>
  questions === 0 ? '' : questions === 1 ? 'And a question' : `And ${questions} questions`;

interface QuestionsProps extends Pick<InstrumentProps, 'session' | 'about' | 'reading'> {
  questions: readonly Question[];
}

function Questions({ session, about, questions, reading }: QuestionsProps) {
  return (
    <details class="questions">
      <summary>What am I looking at? {more(questions.length)}</summary>
      {reading}
      <div class="about">
        <p>
          <b>It shows</b> {about.shows}
        </p>
        <p>
          <b>Healthy:</b> {about.healthy}
        </p>
        <p>
          <b>Try:</b> {about.attempt}
        </p>
      </div>
      {questions.map((question) => (
        <Answer key={question.id} question={question} session={session} />
      ))}
    </details>
  );
}

function Answer({ question, session }: { question: Question; session: Session }) {
  const [opened, setOpened] = useState(false);
  return (
    <details class="question" id={question.id} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{question.question}</summary>
      {opened &&
        ('Aid' in question ? <question.Aid session={session} /> : <LessonLink lesson={question.lesson} />)}
    </details>
  );
}

function LessonLink({ lesson }: { lesson: string }) {
  // A panel that is all there is stays: the lesson is on a page of its own.
  const alone = useContext(PanelContext) === undefined;
  return (
    <p class="aid">
      A lesson answers that, with runs of its own:{' '}
      <a href={`#lesson=${lesson}`} target={alone ? '_blank' : undefined} rel="noopener">
        to the lesson
      </a>
      .
    </p>
  );
}

export type Severity = 'healthy' | 'note' | 'warning' | 'problem';

const words = { healthy: 'Healthy.', note: 'Note.', warning: 'Warning.', problem: 'Problem.' };

/** What an instrument says about this run; the word, not the colour alone, tells how bad it is. */
export const Reading = ({ severity, children }: { severity: Severity; children: ComponentChildren }) => (
  <p class={`reading ${severity}`}>
    <b>{words[severity]}</b> {children}
  </p>
);
