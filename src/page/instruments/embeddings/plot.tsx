import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { Selection } from '../../session/selection.js';
import type { RunView, Session } from '../../session/session.js';
import { characterText } from '../../view/character.js';
import { fixed, percent } from '../../view/figures.js';
import { Reading } from '../../view/instrument.js';
import { HeldAxis } from '../shared/held-axis.js';
import type { Which } from '../shared/shown.js';
import { useMatrices } from '../shared/use-matrices.js';
import {
  type AxisChoice,
  kindOfCharacter,
  neighbours,
  type Plane,
  planeOf,
  type Vectors,
  vowelDistance,
} from './plane.js';

/** Characters that are named as near. */
const NEAR = 5;

interface PlotProps {
  session: Session;
  selection: Selection;
  which: Which;
  run: RunView;
  label: string | undefined;
  choice: readonly [AxisChoice, AxisChoice];
}

/** The characters of one run in the plane, and those near to the one that is pointed at. */
export function EmbeddingPlot({ session, selection, which, run, label, choice }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const report = useMatrices({ session, which, place }, EMBEDDING).value;
  const pointed = useSignal<number | undefined>(undefined);
  const before = useRef<{ run: number; axes: Plane['axes'] } | undefined>(undefined);
  const held = useMemo(() => new HeldAxis(), []);
  const { id, vocabulary } = run.info;
  const matrix = report?.run === id ? report.matrices[0] : undefined;
  const vectors: Vectors | undefined = matrix && {
    data: matrix.data,
    rows: matrix.shape[0],
    columns: matrix.shape[1],
  };
  const sound = vectors?.data.every(Number.isFinite);
  let plane: Plane | undefined;
  if (vectors !== undefined && sound) {
    plane = planeOf(vectors, choice, before.current?.run === id ? before.current.axes : undefined);
    before.current = { run: id, axes: plane.axes };
  }
  const reach = plane === undefined ? 1 : held.holdTop(`${id} ${choice.join()}`, reachOf(plane));
  const { token: selected } = selection.selected.value;
  const token = pointed.value ?? selected;
  return (
    <div class="embedding-run" ref={place}>
      {label !== undefined && <h3>{label}</h3>}
      {sound === false && (
        <Reading severity="problem">
          The vectors hold what is no finite number: there is no place for them.
        </Reading>
      )}
      <div class="embedding">
        {plane !== undefined && vectors !== undefined && (
          <Points
            {...{ plane, vectors, reach, choice, vocabulary, token }}
            label={label}
            onPoint={(at) => {
              pointed.value = at;
            }}
            onChoose={(at) => selection.select(at === selected ? {} : { token: at })}
          />
        )}
        {vectors !== undefined && sound && (
          <div class="near">
            {token !== undefined && token < vectors.rows ? (
              <Near vectors={vectors} token={token} vocabulary={vocabulary} />
            ) : (
              <p class="help">
                Point at a character, or go along them with the arrow keys, to see which are near to it. A
                click or Enter keeps it.
              </p>
            )}
            <VowelReading vectors={vectors} vocabulary={vocabulary} />
          </div>
        )}
      </div>
    </div>
  );
}

/** The lecture's networks begin with their embedding. */
const EMBEDDING = '0.weight';

/** Half of the picture's width: all points, rounded up so that it seldom grows. */
function reachOf({ points }: Plane): number {
  const most = points.reduce((far, [x, y]) => Math.max(far, Math.abs(x), Math.abs(y)), 0);
  return Math.max(0.5, Math.ceil(most * 1.08 * 2) / 2);
}

interface PointsProps {
  plane: Plane;
  vectors: Vectors;
  reach: number;
  choice: readonly [AxisChoice, AxisChoice];
  vocabulary: readonly string[];
  token: number | undefined;
  label: string | undefined;
  onPoint: (token: number | undefined) => void;
  onChoose: (token: number) => void;
}

function Points({ plane, vectors, reach, choice, vocabulary, token, label, onPoint, onChoose }: PointsProps) {
  const walked = useSignal(0);
  const at = ([x, y]: readonly [number, number]) => [50 + (50 * x) / reach, 50 - (50 * y) / reach] as const;
  const near = token === undefined || token >= vectors.rows ? [] : neighbours(vectors, token).slice(0, NEAR);
  const nearest = new Set(near.map((each) => each.token));
  const nameOf = (choice: AxisChoice) =>
    typeof choice === 'number'
      ? `dimension ${choice}`
      : `${choice} component, ${percent(plane.shares[choice === 'first' ? 0 : 1], 0)} of the variance`;
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    walked.value = (walked.value + step + vectors.rows) % vectors.rows;
    const { parentElement } = event.target as HTMLElement;
    parentElement?.querySelectorAll<HTMLElement>('.character')[walked.value]?.focus();
  };
  return (
    <figure class="plane">
      <div
        class="points"
        role="toolbar"
        aria-label={`Characters by their vectors${label === undefined ? '' : ` in run ${label}`}`}
        onKeyDown={walk}
        onPointerLeave={() => onPoint(undefined)}
      >
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path class="axes" d="M0 50H100M50 0V100" />
          {token !== undefined &&
            near.map((each) => {
              const [x1, y1] = at(plane.points[token]);
              const [x2, y2] = at(plane.points[each.token]);
              return <line key={each.token} {...{ x1, y1, x2, y2 }} />;
            })}
        </svg>
        {plane.points.map((point, i) => {
          const [left, top] = at(point);
          const character = characterText(vocabulary[i]);
          const state = i === token ? 'pointed' : nearest.has(i) ? 'close' : '';
          return (
            <button
              key={i}
              type="button"
              class={`character ${kindOfCharacter(vocabulary[i])} ${i === 0 ? 'other' : ''} ${state}`}
              style={{ left: `${left}%`, top: `${top}%` }}
              tabIndex={i === walked.value ? 0 : -1}
              aria-label={
                i === token
                  ? `${character}, nearest ${near.map((each) => characterText(vocabulary[each.token])).join(', ')}`
                  : character
              }
              aria-pressed={i === token}
              onPointerEnter={() => onPoint(i)}
              onFocus={() => {
                walked.value = i;
                onPoint(i);
              }}
              onBlur={() => onPoint(undefined)}
              onClick={() => onChoose(i)}
            >
              {character}
            </button>
          );
        })}
        <span class="end low">{fixed(-reach, 1)}</span>
        <span class="end high">{fixed(reach, 1)}</span>
      </div>
      <figcaption>
        across: {nameOf(choice[0])}; up: {nameOf(choice[1])}
      </figcaption>
    </figure>
  );
}

function Near({
  vectors,
  token,
  vocabulary,
}: {
  vectors: Vectors;
  token: number;
  vocabulary: readonly string[];
}) {
  const all = neighbours(vectors, token);
  const furthest = all.at(-1);
  const most = furthest?.distance || 1;
  return (
    <table>
      <caption>
        Nearest to <b>{characterText(vocabulary[token])}</b>, by the distance in all {vectors.columns}{' '}
        dimensions
      </caption>
      <tbody>
        {[...all.slice(0, NEAR), ...(furthest && all.length > NEAR ? [furthest] : [])].map((each, i) => (
          <tr key={i} class={i === NEAR ? 'furthest' : undefined}>
            <th scope="row">
              {characterText(vocabulary[each.token])}
              {i === NEAR && <span class="help"> furthest</span>}
            </th>
            <td class="bar">
              <i style={{ width: `${(100 * each.distance) / most}%` }} />
            </td>
            <td>{fixed(each.distance, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Above which share of random picks vowels are said to be near to each other. */
const SURE = 0.95;

function VowelReading({ vectors, vocabulary }: { vectors: Vectors; vocabulary: readonly string[] }) {
  const distance = vowelDistance(vectors, vocabulary);
  if (distance === undefined) return null;
  const { mean, nearerThan } = distance;
  return (
    <Reading severity={nearerThan > SURE ? 'healthy' : 'note'}>
      Two vowels are {fixed(mean, 2)} apart on average, nearer than {percent(nearerThan, 0)} of equally many
      letters picked at random:{' '}
      {nearerThan > SURE
        ? 'the network has found out that vowels are alike.'
        : 'not more than chance may do; the vectors begin as random draws.'}
    </Reading>
  );
}
