import type { Signal } from '@preact/signals';
import type { TargetedEvent } from 'preact';

interface Pointable<T> {
  pointed: Signal<T | undefined>;
  /** Where the keys have led to. */
  walked: Signal<T>;
  /** The cell under the pointer. */
  pick: (event: MouseEvent) => T;
  /** Where a key leads from there; undefined: it is none of these. */
  after: (key: string) => T | undefined;
  choose: (cell: T) => void;
}

/** What makes a picture of cells one that can be pointed into, walked through with the keys and chosen from. */
export const pointable = <T>({ pointed, walked, pick, after, choose }: Pointable<T>) => ({
  onPointerMove(event: MouseEvent) {
    pointed.value = pick(event);
  },
  onPointerLeave() {
    pointed.value = undefined;
  },
  onFocus({ currentTarget }: TargetedEvent<HTMLElement>) {
    if (currentTarget.matches(':focus-visible')) pointed.value = walked.value;
  },
  onBlur() {
    pointed.value = undefined;
  },
  onClick(event: MouseEvent) {
    walked.value = pick(event);
    choose(walked.value);
  },
  onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = after(event.key);
    if (to === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    // The page has the right arrow for a step.
    event.stopPropagation();
    if (to === undefined) return choose(walked.value);
    walked.value = to;
    pointed.value = to;
  },
});
