import { useMemo } from 'preact/hooks';
import type { Session } from '../session/session.js';
import { type Linked, writeAddress } from '../settings/address.js';
import { pairs } from '../settings/pairs.js';
import { FoldOut } from './fold-out.js';

/** The lecture's what-ifs, two runs beside each other. */
export function WhatIf({ session }: { session: Session }) {
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
    <FoldOut class="pairs" title="What if …">
      <p class="help">
        Each link opens two runs; Play trains both. Or make your own: train, change a setting, and show the
        run before beside the new one.
      </p>
      <ul>
        {list.map(({ title, look, address }) => (
          <li key={title}>
            <a href={address}>{title}</a>
            <p>{look}</p>
          </li>
        ))}
      </ul>
    </FoldOut>
  );
}
