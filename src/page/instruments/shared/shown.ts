/** The runs that an instrument shows: the main one at the moment that is looked at, and the one beside it at its newest. */
import type { Frame, Moment } from '../../engine/protocol.js';
import type { RunView, Session } from '../../session/session.js';
import { labelOf } from '../../view/label.js';

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

/** The step that is looked at, where it is not the newest: the curves over the steps stay whole, with a line there. */
export const cursorOf = (session: Session): number | undefined => session.past.value?.step;
