import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Session } from '../session.js';
import { type Linked, writeAddress } from '../settings/address.js';
import { pairs } from '../settings/pairs.js';
import { Panel } from './panel.js';

/** The lecture's what-ifs, two runs beside each other; and the link to what is shown. */
export function Pairs({ session }: { session: Session }) {
  const main = session.main.value;
  const names = main?.linked.names;
  const list = useMemo(() => {
    const on: Partial<Linked> = names === undefined ? {} : { names };
    return pairs.map((pair) => ({
      ...pair,
      address: writeAddress(pair.runs.map((settings) => ({ settings, ...on }))),
    }));
  }, [names]);
  return (
    <Panel class="pairs" title="What if: two runs side by side">
      <CopyLink session={session} />
      <ul>
        {list.map(({ title, look, address }) => (
          <li key={title}>
            <a href={address}>{title}</a>
            <span>{look}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function CopyLink({ session }: { session: Session }) {
  const said = useSignal('');
  const shown = session.shown.value;
  if (shown.length === 0) return null;
  const dropped = shown.some(({ names }) => names !== undefined);
  const begun = shown.some(({ info }) => info.parent !== undefined || info.file !== undefined);
  const copy = async () => {
    const link = location.href;
    try {
      await navigator.clipboard.writeText(link);
      said.value = 'Copied.';
    } catch {
      // Not allowed, or not a secure page: a prompt has the text selected.
      prompt('Copy this link:', link);
      said.value = '';
    }
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
