import { useSignal } from '@preact/signals';
import type { Session } from '../session/session.js';
import { copyText } from '../view/copy-text.js';

/** The address of the page, which says what is shown. */
export function CopyLink({ session }: { session: Session }) {
  const said = useSignal('');
  const shown = session.shown.value;
  if (shown.length === 0) return null;
  const dropped = shown.some(({ names }) => names !== undefined);
  const begun = shown.some(({ info }) => info.parent !== undefined || info.file !== undefined);
  const copy = async () => {
    said.value = await copyText(location.href, 'this link');
  };
  return (
    <div>
      <button type="button" onClick={() => void copy()}>
        Copy the link to this page
      </button>{' '}
      <span role="status">{said.value}</span>
      <p class="help">
        The link holds every setting{shown.length > 1 ? ' of both runs' : ''}, and begins at step 0
        {begun && ', also for a run that went on from elsewhere'}.
        {dropped && ' Your list of names is not in it: give the file along.'}
      </p>
    </div>
  );
}
