import type { CalibratedNorm, Difference, Evaluation } from '../../engine/protocol.js';
import type { RunView, Session } from '../../session/session.js';
import { fixed, signed, whole } from '../../view/figures.js';
import { type About, Instrument, Reading } from '../../view/instrument.js';
import { labelOf } from '../../view/label.js';
import { layerName, type PlacedLayer } from '../../view/layer-names.js';
import { type Row, Table } from '../../view/table.js';
import './evaluation.css';
import { evaluationQuestions } from './questions.js';
import { type RecentLosses, recentLosses } from './recent-losses.js';

const about: About = {
  shows:
    'the loss over all examples of each split, where the curve above has one minibatch at a time; with batch norm twice, ' +
    'by running statistics and by those measured over the whole training split.',
  healthy:
    'val and test lie close together and little above train; running and calibrated agree to about 0.01 once the ' +
    'running statistics have settled.',
  attempt:
    'measuring after 100 steps of the first network: its running statistics, at momentum 0.001, are still nine tenths ' +
    'what they began with.',
};

const splits = ['train', 'val', 'test'] as const;

export function EvaluationInstrument({ session }: { session: Session }) {
  const views = [session.main.value, session.other.value].filter((view) => view !== undefined);
  return (
    <Instrument
      id="evaluation"
      title="Loss of the whole splits"
      {...{ about, session }}
      questions={evaluationQuestions}
      wide
    >
      <p class="row">
        <button
          type="button"
          onClick={() => session.evaluate()}
          disabled={session.busy.value !== undefined || session.frame.value?.state === 'diverged'}
        >
          Measure
        </button>
        <span class="help" role="status">
          <When session={session} />
        </span>
      </p>
      {views.map((view, i) => (
        <Losses key={view.info.id} session={session} view={view} first={i === 0} alone={views.length === 1} />
      ))}
      {views.length > 0 && <Judgement session={session} />}
    </Instrument>
  );
}

/** After which step it was measured, and where that is not what the instruments show. */
function When({ session }: { session: Session }) {
  const { frame, moment } = session;
  const evaluation = frame.value?.evaluation;
  if (frame.value?.state === 'diverged')
    return <>The run has diverged: its losses are no numbers any more.</>;
  if (evaluation === undefined) return <>Not measured yet.</>;
  const step = moment.value?.step ?? 0;
  // Measured is always the newest; an earlier moment can only be shown.
  const old = frame.value?.step !== evaluation.step;
  return (
    <>
      Measured after step {whole(evaluation.step)}.{' '}
      {step !== evaluation.step &&
        `Shown now is step ${whole(step)}${old ? ': measure again for the newest' : ''}.`}
    </>
  );
}

interface LossesProps {
  session: Session;
  view: RunView;
  first: boolean;
  alone: boolean;
}

function Losses({ session, view, first, alone }: LossesProps) {
  const frame = view.frame.value;
  const { evaluation } = frame;
  const { batch } = view.info.settings;
  const step = first ? (session.moment.value?.step ?? frame.step) : frame.step;
  const recent = recentLosses(frame.losses, step);
  if (evaluation === undefined && recent === undefined) return null;
  return (
    <>
      <div class="scroll">
        <Table
          class="losses"
          caption={labelOf(view)}
          captionHidden={alone}
          heads={['Loss (nats)', ...splits]}
          rows={[
            ...(evaluation === undefined ? [] : rowsOf(evaluation)),
            ...(recent === undefined ? [] : [rowOf(recent, batch)]),
          ]}
        />
      </div>
      {recent !== undefined && <Noise recent={recent} batch={batch} evaluation={evaluation} />}
      {evaluation !== undefined && evaluation.norms.length > 0 && (
        <Units norms={evaluation.norms} layers={session.frame.value?.snapshot.layers ?? []} />
      )}
    </>
  );
}

function rowsOf({ running, calibrated, norms }: Evaluation): Row[] {
  const row = (head: string, cell: (split: (typeof splits)[number]) => string) => ({
    head,
    cells: splits.map(cell),
  });
  if (norms.length === 0) return [row('Whole split', (split) => fixed(running[split], 4))];
  return [
    row('Running statistics', (split) => fixed(running[split], 4)),
    row('Calibrated statistics', (split) => fixed(calibrated[split], 4)),
    {
      ...row('Running − calibrated', (split) => signed(running[split] - calibrated[split], 4)),
      class: 'difference',
    },
  ];
}

const rowOf = ({ count, mean, std }: RecentLosses, batch: number): Row => ({
  head: `Last ${whole(count)} minibatches of ${whole(batch)}`,
  cells: [
    <>
      {fixed(mean, 4)} <span class="band">± {fixed(std, 4)}</span>
    </>,
    '–',
    '–',
  ],
});

interface NoiseProps {
  recent: RecentLosses;
  batch: number;
  evaluation: Evaluation | undefined;
}

function Noise({ recent: { std }, batch, evaluation }: NoiseProps) {
  const gap = evaluation && evaluation.running.val - evaluation.running.train;
  return (
    <p class="noise">
      One minibatch of {whole(batch)} tells the loss no better than ± {fixed(std, 2)} (standard deviation)
      {gap === undefined
        ? '.'
        : `; val and train are ${fixed(Math.abs(gap), 4)} apart, ${
            Math.abs(gap) < std ? 'less than that: only whole splits can tell them apart.' : 'more than that.'
          }`}
    </p>
  );
}

function Units({ norms, layers }: { norms: readonly CalibratedNorm[]; layers: readonly PlacedLayer[] }) {
  const cells = ({ unit, running, calibrated }: Difference) => (
    <>
      <td>{unit}</td>
      <td>{fixed(running, 3)}</td>
      <td>{fixed(calibrated, 3)}</td>
      <td>{signed(running - calibrated, 3)}</td>
    </>
  );
  return (
    <details class="units">
      <summary>The units furthest apart</summary>
      <p class="help">
        Of each batch norm, the unit whose running mean and the one whose running std, √(var + eps), differ
        most from the calibrated ones.
      </p>
      <div class="scroll">
        <table>
          <caption class="visually-hidden">The units furthest apart</caption>
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">of</th>
              <th scope="col">unit</th>
              <th scope="col">running</th>
              <th scope="col">calibrated</th>
              <th scope="col">difference</th>
            </tr>
          </thead>
          {norms.map(({ place, furthestMean, furthestStd }) => (
            <tbody key={place}>
              <tr>
                <th scope="rowgroup" rowSpan={2}>
                  {layerName(place, layers)}
                </th>
                <td>mean</td>
                {cells(furthestMean)}
              </tr>
              <tr>
                <td class="second">std</td>
                {cells(furthestStd)}
              </tr>
            </tbody>
          ))}
        </table>
      </div>
    </details>
  );
}

/** Above this many nats running and calibrated are said to disagree. */
const APART = 0.01;
/** Above which the training split is said to be known by heart. */
const GAP = 0.15;

function Judgement({ session }: { session: Session }) {
  const evaluation = session.frame.value?.evaluation;
  if (evaluation === undefined) return null;
  const { running, calibrated, norms } = evaluation;
  const apart = running.val - calibrated.val;
  if (norms.length > 0 && Math.abs(apart) > APART)
    return (
      <Reading severity={Math.abs(apart) > 0.1 ? 'warning' : 'note'}>
        Running and calibrated val losses are {fixed(Math.abs(apart), 4)} apart: the running statistics do not
        fit the weights yet.
      </Reading>
    );
  const gap = calibrated.val - calibrated.train;
  return gap > GAP ? (
    <Reading severity="warning">
      val is {fixed(gap, 4)} above train: the network begins to know the training examples by heart.
    </Reading>
  ) : (
    <Reading severity="healthy">
      val is {fixed(Math.abs(gap), 4)} {gap < 0 ? 'below' : 'above'} train
      {norms.length > 0 && `; running and calibrated agree to ${fixed(Math.abs(apart), 4)}`}.
    </Reading>
  );
}
