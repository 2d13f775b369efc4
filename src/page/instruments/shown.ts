/** The runs that an instrument shows: the main one at the moment that is looked at, and the one beside it at its newest. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { Snapshot } from 'lanewise';
import type { Frame, Moment, Track } from '../protocol.js';
import type { RunView, Session } from '../session.js';
import { labelOf } from '../view/label.js';

export type Which = 'main' | 'other';

export interface Shown {
  which: Which;
  run: RunView;
  moment: Moment;
  frame: Frame;
  /** Which run it is; undefined where there is only one. */
  label: string | undefined;
}

export function shownOf(session: Session): Shown[] {
  const [main, other] = [session.main.value, session.other.value];
  const [frame, moment, otherFrame] = [session.frame.value, session.moment.value, session.otherFrame.value];
  if (main === undefined || frame === undefined || moment === undefined) return [];
  const compares = other !== undefined && otherFrame !== undefined;
  const shown: Shown[] = [
    { which: 'main', run: main, moment, frame, label: compares ? labelOf(main) : undefined },
  ];
  if (compares)
    shown.push({ which: 'other', run: other, moment: otherFrame, frame: otherFrame, label: labelOf(other) });
  return shown;
}

/** Whether what is shown is a run at the step that left it without a loss. */
export const divergedAt = ({ frame, moment }: Pick<Shown, 'frame' | 'moment'>): boolean =>
  frame.state === 'diverged' && moment.step === frame.step;

/** What a distribution is drawn of: the charts make their descriptions of it. */
export interface Compared {
  snapshot: Snapshot;
  /** Of the run beside it, for common axes. */
  beside: Snapshot | undefined;
  chosen: string | undefined;
}

export const snapshotsOf = (
  session: Session,
  which: Which,
  chosen: ReadonlySignal<string | undefined>,
): ReadonlySignal<Compared | undefined> =>
  computed(() => {
    const shown = shownOf(session);
    const own = shown.find((each) => each.which === which);
    const beside = shown.find((each) => each.which !== which);
    if (own === undefined) return undefined;
    return {
      snapshot: own.moment.snapshot,
      beside: beside?.moment.snapshot,
      chosen: chosen.value,
    };
  });

/** The records of the series before the moment that is looked at. */
export function seriesOf({
  frame,
  moment,
}: Pick<Shown, 'frame' | 'moment'>): Pick<Track, 'steps' | 'columns'> {
  const { steps, columns } = frame.series;
  if (frame === moment) return { steps, columns };
  const end = steps.findIndex((step) => step >= moment.step);
  if (end < 0) return { steps, columns };
  return { steps: steps.subarray(0, end), columns: columns.map((column) => column.subarray(0, end)) };
}
