import { effect, type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Moment } from '../../engine/protocol.js';
import type { Session } from '../../session/session.js';
import { CalmList, type Entry, entriesOf } from './finding-list.js';

/** The entries of a moment: exact at rest, calm while the run plays. */
export function useFindings(
  session: Session,
  moment: ReadonlySignal<Moment | undefined>,
): ReadonlySignal<readonly Entry[] | undefined> {
  const shown: Signal<readonly Entry[] | undefined> = useSignal(undefined);
  useEffect(() => {
    const list = new CalmList();
    let run: number | undefined;
    return effect(() => {
      const { value } = moment;
      if (value === undefined) {
        shown.value = undefined;
        return;
      }
      const found = entriesOf(value.findings);
      const before = shown.peek();
      const now = performance.now();
      const calm = session.playing.value && run === value.run && before !== undefined;
      run = value.run;
      shown.value = calm ? list.update(found, now, before) : list.set(found, now);
    });
  }, [session, moment, shown]);
  return shown;
}
