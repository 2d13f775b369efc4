import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Frame, Track } from '../../engine/protocol.js';
import type { Session } from '../../session/session.js';
import { Chart, type ChartProps } from '../../view/chart.js';
import { type About, Instrument } from '../../view/instrument.js';
import { cursorOf } from '../shared/shown.js';
import { pairsOf, smoothed } from './losses.js';
import { lossQuestions } from './questions.js';
import { LossReading } from './reading.js';

const about: About = {
  shows:
    'the loss of each minibatch (faint; on long runs every second, fourth … one) and its mean over windows of steps, on ' +
    'a logarithmic scale, with a line at the logarithm of the vocabulary’s size, and one at the step that is looked at. Of two runs: both means, and around ' +
    'each a band in which two thirds of the minibatches lie.',
  healthy:
    'the first loss lies at that line, since a network that knows nothing gives each of the 27 characters the same ' +
    'chance; then the curve falls fast and flattens. A jump down at the drop of the learning rate is the noise of large ' +
    'steps going away.',
  attempt:
    'initialisation “original”: the first loss is eight times too high, and the first hundreds of steps only undo that.',
};

interface Curve {
  id: number;
  track: Track;
  diverged: boolean;
}

interface Losses {
  main: Curve;
  other: Curve | undefined;
  vocabularySize: number;
  lrDrop: { step: number; before: number; after: number };
  cursor: number | undefined;
}

const curveOf = ({ run, losses, state }: Frame): Curve => ({
  id: run,
  track: losses,
  diverged: state === 'diverged',
});

/** Pairs are made when a chart is drawn, not when a frame comes. */
const describe: ChartProps<Losses>['describe'] = (charts, data, look) => {
  const { main, other, vocabularySize, lrDrop, cursor } = data;
  // A narrow chart has no room for a legend beside the axis' name; the explanation says which line is which.
  const legend = look.narrow !== true || other !== undefined;
  if (other === undefined)
    return charts.lossCurve(
      { losses: pairsOf(main.track), vocabularySize, lrDrop, cursor },
      { ...look, legend },
    );
  const curves = [main, other];
  return charts.comparedLosses(
    {
      runs: curves.map(({ id, track, diverged }) => ({
        label: `run ${id}`,
        diverged,
        ...smoothed(charts, track),
      })),
      vocabularySize,
      steps: Math.max(1, ...curves.map(({ track }) => (track.steps.at(-1) ?? 0) + 1)),
      cursor,
    },
    { ...look, legend },
  );
};

export function LossInstrument({ session }: { session: Session }) {
  const source = useMemo(
    () =>
      computed((): Losses | undefined => {
        const { main, frame, otherFrame } = session;
        if (main.value === undefined || frame.value === undefined) return undefined;
        const { settings, vocabulary } = main.value.info;
        const beside = otherFrame.value;
        const { lr, lrAfter, lrDrop } = settings;
        return {
          main: curveOf(frame.value),
          other: beside && curveOf(beside),
          vocabularySize: vocabulary.length,
          lrDrop: { step: lrDrop, before: lr, after: lrAfter },
          cursor: cursorOf(session),
        };
      }),
    [session],
  );
  return (
    <Instrument
      id="loss"
      session={session}
      title="Loss"
      about={about}
      questions={lossQuestions}
      reading={<LossReading session={session} />}
      wide={session.other.value !== undefined}
    >
      <Chart
        source={source}
        describe={describe}
        label="Loss over the steps, logarithmic"
        name="loss"
        height={260}
      />
    </Instrument>
  );
}
