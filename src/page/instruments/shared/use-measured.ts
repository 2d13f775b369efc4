import { useState } from 'preact/hooks';
import type { Session } from '../../session/session.js';

/** What was measured of a run on request; of another run it is not shown. */
export function useMeasured<T>(session: Session, what: string, work: (id: number) => Promise<T>) {
  const [measured, setMeasured] = useState<{ id: number; result: T }>();
  const id = session.main.value?.info.id;
  const measure = async () => {
    const result = await session.atRest(what, async (run) => ({ id: run, result: await work(run) }));
    if (result !== undefined) setMeasured(result);
  };
  return {
    result: measured?.id === id ? measured?.result : undefined,
    busy: session.busy.value !== undefined,
    measure,
  };
}
