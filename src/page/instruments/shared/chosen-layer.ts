/** The layer that the instruments speak of, by its name: it is the same in a run with batch norm and one without. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Selection } from '../../session/selection.js';
import type { Session } from '../../session/session.js';
import { layerNames } from '../../view/layer-names.js';

export interface InstrumentProps {
  session: Session;
  /** What is pointed at on the page; without it each instrument has its own. */
  selection?: Selection;
}

export interface ChosenLayer {
  readonly name: ReadonlySignal<string | undefined>;
  /** Chooses the layer of this name, or none. */
  choose(name: string | undefined): void;
}

export const useSelection = (selection: Selection | undefined): Selection =>
  useMemo(() => selection ?? new Selection(), [selection]);

export function useChosenLayer(session: Session, selection: Selection): ChosenLayer {
  return useMemo(() => {
    /** Of a layer that only the run beside it has. */
    const other = signal<string | undefined>(undefined);
    const names = computed(() => layerNames(session.moment.value?.snapshot.layers ?? []));
    return {
      name: computed(() => {
        const { place } = selection.selected.value;
        return place === undefined ? other.value : names.value.get(place);
      }),
      choose(name) {
        const place = [...names.peek()].find(([, each]) => each === name)?.[0];
        other.value = place === undefined ? name : undefined;
        selection.select(place === undefined ? {} : { place });
      },
    };
  }, [session, selection]);
}
