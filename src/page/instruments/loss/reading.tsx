import { useCallback } from 'preact/hooks';
import type { Frame, Track } from '../../engine/protocol.js';
import type { RunView, Session } from '../../session/session.js';
import { fixed, whole } from '../../view/figures.js';
import { Reading } from '../../view/instrument.js';
import { labelOf } from '../../view/label.js';
import { useCharts } from '../../view/load-charts.js';
import { useThrottled } from '../../view/throttled.js';
import { differenceOf, pairsOf } from './losses.js';
import './loss.css';

interface ReadRun {
  run: RunView;
  track: Track;
  before: number;
  /** The step whose loss was no number. */
  broke: number | undefined;
}

/** What the losses say, as the report says it; of two runs, whether they differ by more than chance. */
export function LossReading({ session }: { session: Session }) {
  const charts = useCharts();
  const runs = useThrottled(
    session,
    useCallback(() => runsOf(session), [session]),
  ).value;
  const [first] = runs;
  if (first === undefined) return null;
  const chance = Math.log(first.run.info.vocabulary.length);
  if (runs.every(({ track, before }) => track.steps.length === 0 || before === 0))
    return (
      <p class="empty loss-readings">
        No step yet: press <b>Play</b>, or the space bar. A network that knows nothing loses ln{' '}
        {whole(first.run.info.vocabulary.length)} = {fixed(chance, 4)}, the dashed line.
      </p>
    );
  if (charts === undefined) return <div class="loss-readings" />;
  const losses = runs.map(({ track, before, broke }): [number, number][] => [
    ...pairsOf(track, before),
    ...(broke === undefined ? [] : [[broke, Number.NaN] as [number, number]]),
  ]);
  return (
    <div class="loss-readings">
      {runs.map(({ run }, i) => (
        <div key={run.info.id}>
          {runs.length > 1 && <h3>{labelOf(run)}</h3>}
          {losses[i].length > 0 &&
            charts
              .readLoss({ losses: losses[i], vocabularySize: run.info.vocabulary.length })
              .map(({ severity, text }) => (
                <Reading key={text.slice(0, 9)} severity={severity}>
                  {text}
                </Reading>
              ))}
        </div>
      ))}
      {runs.length > 1 && (
        <Compared
          ids={runs.map(({ run }) => run.info.id)}
          ends={losses.map((each) => charts.lossAtTheEnd(each.filter(([, loss]) => Number.isFinite(loss))))}
        />
      )}
    </div>
  );
}

function runsOf({ main, other, frame, moment, otherFrame }: Session): ReadRun[] {
  const runs: ReadRun[] = [];
  const read = (run: RunView, { losses, step, state }: Frame, before: number) => {
    const broke = state === 'diverged' && before >= step ? step : undefined;
    runs.push({ run, track: losses, before, broke });
  };
  if (main.value && frame.value)
    read(main.value, frame.value, moment.value?.step ?? Number.POSITIVE_INFINITY);
  if (other.value && otherFrame.value) read(other.value, otherFrame.value, Number.POSITIVE_INFINITY);
  return runs;
}

type End = ReturnType<typeof import('lanewise/charts')['lossAtTheEnd']>;

/** Standard errors beyond which a difference is not put down to the choice of minibatches. */
const SURE = 2;

function Compared({ ids, ends }: { ids: number[]; ends: End[] }) {
  const [first, second] = ends;
  if (first === undefined || second === undefined) return null;
  const { nats, error } = differenceOf(first, second);
  const sure = Math.abs(nats) > SURE * error;
  return (
    <Reading severity="note">
      Run {ids[1]} ends {fixed(Math.abs(nats), 3)} {nats < 0 ? 'below' : 'above'} run {ids[0]}, give or take{' '}
      {fixed(error, 3)}:{' '}
      {sure
        ? 'more than the choice of minibatches explains.'
        : 'too little to tell from the choice of minibatches. Measure the losses of whole splits.'}
    </Reading>
  );
}
