import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Frame } from '../protocol.js';
import type { Session } from '../session.js';
import { Chart, type ChartProps } from '../view/chart.js';
import { type About, Instrument, Reading } from '../view/instrument.js';
import { lossQuestions } from './loss-questions.js';

const about: About = {
  shows:
    'the loss of each minibatch of 32 (faint; on long runs every second, fourth … one) and its mean over windows of ' +
    'steps, on a logarithmic scale, with a line at the logarithm of the vocabulary’s size.',
  healthy:
    'the first loss lies at that line, since a network that knows nothing gives each of the 27 characters the same ' +
    'chance; then the curve falls fast and flattens. A jump down at the drop of the learning rate is the noise of large ' +
    'steps going away.',
  attempt:
    'initialisation “original”: the first loss is eight times too high, and the first hundreds of steps only undo that.',
};

interface Losses {
  losses: [number, number][];
  vocabularySize: number;
  lrDrop: { step: number; before: number; after: number };
}

/** The losses before a step, of a run of so many classes. */
const lossesOf = ({ losses }: Frame, before: number): [number, number][] => {
  const [values] = losses.columns;
  return Array.from(losses.steps, (step, i): [number, number] => [step, values[i]]).filter(
    ([step]) => step < before,
  );
};

const describe: ChartProps<Losses>['describe'] = (charts, data, look) => charts.lossCurve(data, look);

export function LossInstrument({ session }: { session: Session }) {
  const source = useMemo(
    () =>
      computed((): Losses | undefined => {
        const { main, frame, moment } = session;
        if (main.value === undefined || frame.value === undefined) return undefined;
        const { settings, vocabulary } = main.value.info;
        const losses = lossesOf(frame.value, moment.value?.step ?? Number.POSITIVE_INFINITY);
        if (losses.length === 0) return undefined;
        const { lr, lrAfter, lrDrop } = settings;
        return {
          losses,
          vocabularySize: vocabulary.length,
          lrDrop: { step: lrDrop, before: lr, after: lrAfter },
        };
      }),
    [session],
  );
  return (
    <Instrument id="loss" title="Loss" about={about} questions={lossQuestions} wide>
      <Chart
        source={source}
        describe={describe}
        label="Loss over the steps, logarithmic"
        name="loss"
        height={260}
      />
      <LossReading session={session} />
    </Instrument>
  );
}

function LossReading({ session }: { session: Session }) {
  const run = session.main.value;
  const frame = session.frame.value;
  if (run === undefined || frame === undefined) return null;
  const chance = Math.log(run.info.vocabulary.length);
  const [first] = frame.losses.columns[0];
  if (first === undefined || frame.losses.steps[0] !== 0)
    return (
      <p class="empty">
        No step yet. A network that knows nothing loses ln {run.info.vocabulary.length} = {chance.toFixed(4)}.
      </p>
    );
  const excess = first - chance;
  return excess > 1 ? (
    <Reading severity="problem">
      The first minibatch lost {first.toFixed(4)}, {excess.toFixed(2)} more than knowing nothing (
      {chance.toFixed(4)}): the network begins confident and wrong.
    </Reading>
  ) : (
    <Reading severity="healthy">
      The first minibatch lost {first.toFixed(4)}; knowing nothing loses ln {run.info.vocabulary.length} ={' '}
      {chance.toFixed(4)}.
    </Reading>
  );
}
