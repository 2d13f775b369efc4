import { computed, type ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Moment } from '../../engine/protocol.js';
import type { RunView, Session } from '../../session/session.js';
import { fixed, whole } from '../../view/figures.js';
import { Reading } from '../../view/instrument.js';
import { labelOf } from '../../view/label.js';
import { withLayerNames } from '../../view/layer-names.js';
import { saturatedWhen } from '../shared/activation-layers.js';
import { type Cells, cellsOf, whiteShare } from './cells.js';
import { SaturationImage, stateOf } from './image.js';
import type { Inspection } from './inspection.js';

/** Most dead units that have a button each. */
const LISTED = 16;

interface LayerViewProps {
  session: Session;
  inspection: Inspection;
  run: RunView;
  moment: ReadonlySignal<Moment | undefined>;
  /** Which of the activation layers; the last where there are fewer. */
  index: ReadonlySignal<number>;
  /** Whether there is another run beside it. */
  compared: boolean;
}

/** The image of one layer of one run, its summary, and its dead units. */
export function LayerView({ session, inspection, run, moment, index, compared }: LayerViewProps) {
  const { id } = run.info;
  const source = useMemo(
    () =>
      computed((): Cells | undefined => {
        if (moment.value === undefined) return undefined;
        const all = cellsOf(moment.value.snapshot);
        return all[Math.min(index.value, all.length - 1)];
      }),
    [moment, index],
  );
  const layer = useMemo(() => computed(() => source.value?.name ?? ''), [source]);
  const snapshot = useMemo(() => computed(() => moment.value?.snapshot), [moment]);
  const place = useMemo(() => computed(() => source.value?.place ?? ''), [source]);
  const chosen = useMemo(
    () =>
      computed(() => {
        const { value } = inspection.chosen;
        return value?.run === id && value.place === place.value ? value.unit : undefined;
      }),
    [inspection, id, place],
  );
  const choose = (unit: number) => {
    const cells = source.peek();
    if (cells !== undefined)
      void inspection.choose({ run: id, layer: cells.position, place: cells.place, unit });
  };
  return (
    <div class="layer">
      {compared && <h3>{labelOf(run)}</h3>}
      <Summary source={source} />
      <SaturationImage
        source={source}
        snapshot={snapshot}
        playing={session.playing}
        chosen={chosen}
        onChoose={choose}
        label={`Saturated units of ${layer.value}${compared ? ` in run ${labelOf(run)}` : ''}`}
        name={`saturation-${layer.value.replaceAll(' ', '-').toLowerCase()}${compared ? `-run-${id}` : ''}`}
      />
      <DeadUnits source={source} chosen={chosen} onChoose={choose} />
      <LayerReading moment={moment} source={source} />
    </div>
  );
}

function Summary({ source }: { source: ReadonlySignal<Cells | undefined> }) {
  const cells = source.value;
  if (cells === undefined) return null;
  return (
    <p class="summary">
      {capital(cells.name)}: {whole(cells.examples)} examples (rows) × {whole(cells.units)} units (columns),{' '}
      <b>{fixed(whiteShare(cells), 1)} %</b> {stateOf(cells)}
      {!cells.kind.endsWith('ReLU') && ` (${saturatedWhen(cells.kind, cells.threshold)})`}
    </p>
  );
}

interface DeadProps {
  source: ReadonlySignal<Cells | undefined>;
  chosen: ReadonlySignal<number | undefined>;
  onChoose: (unit: number) => void;
}

function DeadUnits({ source, chosen, onChoose }: DeadProps) {
  // As text, so that the buttons stay as they are from frame to frame where the units do.
  const listed = useMemo(() => computed(() => source.value?.dead.join(' ') ?? ''), [source]);
  const dead = listed.value === '' ? [] : listed.value.split(' ').map(Number);
  return (
    <div class="dead">
      <span>
        Dead on this batch: <b>{dead.length === 0 ? 'none' : dead.length}</b>
      </span>
      {dead.slice(0, LISTED).map((unit) => (
        <button
          key={unit}
          type="button"
          class="small"
          aria-label={`Look at dead unit ${unit}`}
          aria-pressed={chosen.value === unit}
          onClick={() => onChoose(unit)}
        >
          {unit}
        </button>
      ))}
      {dead.length > LISTED && <span>and {dead.length - LISTED} more</span>}
    </div>
  );
}

interface LayerReadingProps {
  moment: ReadonlySignal<Moment | undefined>;
  source: ReadonlySignal<Cells | undefined>;
}

function LayerReading({ moment, source }: LayerReadingProps) {
  const cells = source.value;
  const found = moment.value?.findings.filter(
    ({ place, rule }) => place === cells?.place && (rule === 'saturated' || rule === 'dead'),
  );
  if (cells === undefined || found === undefined) return null;
  if (moment.value?.findings.some(({ rule }) => rule === 'not-finite'))
    return (
      <Reading severity="problem">
        The network holds values that are no finite numbers: black says nothing here, as NaN is never beyond a
        threshold.
      </Reading>
    );
  if (found.length === 0)
    return (
      <Reading severity="healthy">
        {cells.dead.length > 0
          ? 'Too few rows to judge columns'
          : cells.kind.endsWith('ReLU')
            ? 'No column is white from top to bottom'
            : 'No unit is beyond 0.99 in every row'}
        , and the share of white cells is within bounds.
      </Reading>
    );
  return (
    <>
      {found.map(({ severity, rule, text }) => (
        <Reading key={rule} severity={severity}>
          {withLayerNames(text, moment.value?.snapshot.layers ?? [])}
        </Reading>
      ))}
    </>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
