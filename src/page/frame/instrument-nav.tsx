import type { Entry } from '../instruments/findings/finding-list.js';
import { useFindings } from '../instruments/findings/use-findings.js';
import { instruments } from '../instruments/index.js';
import type { Session } from '../session/session.js';
import { pointAt } from '../view/highlight.js';

/** How a finding is marked: by shape as well as by colour. Notes are not: most runs have one. */
const marks = { problem: '▲', warning: '◆' } as const;

/** The way to each instrument, marked where something is found. No links: behind the `#` of the address are the settings. */
export function InstrumentNav({ session }: { session: Session }) {
  const entries = useFindings(session, session.moment).value ?? [];
  return (
    <nav class="instrument-nav" aria-label="Instruments">
      {instruments
        .filter(({ beside }) => !beside)
        .map(({ id, short }) => (
          <button key={id} type="button" onClick={() => pointAt(id)}>
            {short}
            <Mark entries={id === 'findings' ? entries : entries.filter(({ seenIn }) => seenIn === id)} />
          </button>
        ))}
    </nav>
  );
}

/** Of the worst; problems come first in the list. */
function Mark({ entries }: { entries: readonly Entry[] }) {
  const severity = entries[0]?.severity;
  if (severity !== 'problem' && severity !== 'warning') return null;
  return (
    <span class={`mark ${severity}`}>
      <span aria-hidden="true">{marks[severity]}</span>
      <span class="visually-hidden"> ({severity})</span>
    </span>
  );
}
