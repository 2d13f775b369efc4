import { shownNames } from '../instruments/samples/sampled-name.js';
import type { Session } from '../session/session.js';

/** The first of the names in one line, below the network where their panel is out of sight; a repetition, so not read out. */
export function LatestNames({ session }: { session: Session }) {
  const [run, moment] = [session.main.value, session.moment.value];
  if (run === undefined || moment === undefined) return null;
  return (
    <p class="latest-names" aria-hidden="true">
      <span class="label">It makes up</span>
      {shownNames(moment, run.info.vocabulary[0])
        .slice(0, 3)
        .map(({ text }, i) => (
          <span key={i}>{text}</span>
        ))}
    </p>
  );
}
