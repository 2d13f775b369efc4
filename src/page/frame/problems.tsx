import { printable } from 'lanewise';
import type { Session } from '../session/session.js';

/** What cannot be done and why; runs that diverged; that nothing can be done any more. */
export function Problems({ session }: { session: Session }) {
  const { broken, problem, shown } = session;
  const diverged = shown.value.flatMap((run) => {
    const { message } = run.frame.value;
    if (message === undefined) return [];
    return [shown.value.length === 1 ? message : `Run ${run.info.id}: ${message}`];
  });
  return (
    <div role="alert" class="problems">
      {broken.value !== undefined && (
        <p>
          {printable(broken.value)} The settings are in the address of the page, the runs are lost.{' '}
          <button type="button" onClick={() => location.reload()}>
            Load the page again
          </button>
        </p>
      )}
      {problem.value !== undefined && <p>{printable(problem.value)}</p>}
      {diverged.map((message) => (
        <p key={message}>{printable(message)}</p>
      ))}
    </div>
  );
}
