import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export interface About {
  /** What it shows; what healthy looks like; what to try. */
  shows: string;
  healthy: string;
  attempt: string;
}

export interface Question {
  id: string;
  /** As a learner asks it. */
  question: string;
  Aid: () => ComponentChildren;
}

export interface InstrumentProps {
  id: string;
  title: string;
  about: About;
  questions?: readonly Question[];
  /** Spans both columns. */
  wide?: boolean;
  children: ComponentChildren;
}

/** An instrument with its explanation, and the questions that arise at it; an answer is there while it is open. */
export function Instrument({ id, title, about, questions = [], wide = false, children }: InstrumentProps) {
  return (
    <section class={wide ? 'instrument wide' : 'instrument'} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
      <div class="questions">
        <details class="about">
          <summary>What am I looking at?</summary>
          <p>
            <b>It shows</b> {about.shows}
          </p>
          <p>
            <b>Healthy:</b> {about.healthy}
          </p>
          <p>
            <b>Try:</b> {about.attempt}
          </p>
        </details>
        {questions.map((question) => (
          <Answer key={question.id} {...question} />
        ))}
      </div>
    </section>
  );
}

function Answer({ id, question, Aid }: Question) {
  const [opened, setOpened] = useState(false);
  return (
    <details class="question" id={id} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{question}</summary>
      {opened && <Aid />}
    </details>
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
