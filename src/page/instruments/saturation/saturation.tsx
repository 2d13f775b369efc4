import { computed, effect, type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Selection } from '../../session/selection.js';
import type { Session } from '../../session/session.js';
import { type About, Instrument } from '../../view/instrument.js';
import { type InstrumentProps, useSelection } from '../shared/chosen-layer.js';
import { cellsOf } from './cells.js';
import { Inspection } from './inspection.js';
import { LayerView } from './layer-view.js';
import { Survey } from './survey.js';
import { UnitPanel } from './unit-panel.js';
import './saturation.css';
import { saturationQuestions } from './questions.js';

const about: About = {
  shows:
    'each output of an activation layer for the last minibatch: white where |h| is beyond the threshold, 0.97 or 0.99 ' +
    'as chosen under Activations, on the flat part of tanh, where hardly a gradient comes through. A column that is ' +
    'beyond 0.99 in every row is a unit that this batch teaches nothing; it is red, with a mark above.',
  healthy:
    'mostly black. A few white cells do no harm; half of them white means slow learning, and a red column a unit ' +
    'that idles. For ReLU half of the cells are white, since it is off for half of its inputs.',
  attempt:
    'initialisation “original” at step 0: two thirds of the picture are white. Then “tanh” or “kaiming”: nearly all of it is black. ' +
    'Click a column to see the whole training split go through that one unit.',
};

export function SaturationInstrument({ session, selection: given }: InstrumentProps) {
  const selection = useSelection(given);
  const inspection = useMemo(() => new Inspection(session), [session]);
  const index = useSignal(0);
  useSelected(session, selection, inspection, index);
  // As text: the list stays the same from frame to frame.
  const places = useMemo(
    () =>
      computed(() => {
        const { value } = session.moment;
        return value === undefined
          ? ''
          : cellsOf(value.snapshot)
              .map(({ name }) => name)
              .join('\n');
      }),
    [session],
  );
  const run = session.main.value;
  if (run === undefined) return null;
  const other = session.other.value;
  const layers = places.value === '' ? [] : places.value.split('\n');
  return (
    <Instrument
      id="saturation"
      title="Saturation"
      {...{ about, session }}
      questions={saturationQuestions}
      wide
    >
      {layers.length === 0 ? (
        <p class="empty">This network has no activation layer: nothing in it saturates.</p>
      ) : (
        <>
          {layers.length > 1 && (
            <label class="which">
              Layer{' '}
              <select
                value={Math.min(index.value, layers.length - 1)}
                onChange={({ currentTarget }) => {
                  index.value = Number(currentTarget.value);
                  const cells = session.moment.peek();
                  const place = cells && cellsOf(cells.snapshot)[index.value]?.place;
                  if (place !== undefined) selection.select({ place });
                }}
              >
                {layers.map((name, i) => (
                  <option key={name} value={i}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <LayerView
            key={run.info.id}
            session={session}
            inspection={inspection}
            run={run}
            moment={session.moment}
            index={index}
            compared={other !== undefined}
          />
          {other !== undefined && (
            <LayerView
              key={other.info.id}
              session={session}
              inspection={inspection}
              run={other}
              moment={session.otherFrame}
              index={index}
              compared
            />
          )}
          <UnitPanel session={session} inspection={inspection} />
          <Survey session={session} inspection={inspection} />
        </>
      )}
    </Instrument>
  );
}

/** Shows the layer that is pointed at, and looks closely at its unit. */
function useSelected(
  session: Session,
  selection: Selection,
  inspection: Inspection,
  index: Signal<number>,
): void {
  useEffect(
    () =>
      effect(() => {
        const { place, unit } = selection.selected.value;
        const [moment, run] = [session.moment.peek(), session.main.peek()];
        if (place === undefined || moment === undefined || run === undefined) return;
        const all = cellsOf(moment.snapshot);
        const at = all.findIndex((cells) => cells.place === place);
        if (at < 0) return;
        index.value = at;
        const { position, units } = all[at];
        if (unit === undefined || unit >= units) return;
        const shown = inspection.chosen.peek();
        if (shown?.place === place && shown.unit === unit && shown.run === run.info.id) return;
        void inspection.choose({ run: run.info.id, layer: position, place, unit });
      }),
    [session, selection, inspection, index],
  );
}
