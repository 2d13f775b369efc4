import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Session } from '../../session/session.js';
import { type About, Instrument } from '../../view/instrument.js';
import { BatchNormWidget } from './five-numbers-widget.js';
import './batchnorm.css';
import { normQuestions } from './questions.js';
import { RunStatistics } from './run-statistics.js';

const about: About = {
  shows:
    'each unit’s running mean and standard deviation, which the network uses after training, against those of the last ' +
    'minibatch, with which it trains; below, the lecture’s five numbers before and after normalisation.',
  healthy:
    'the dots lie around the diagonal, no further off than the chance of a minibatch puts them, and the distance over ' +
    'steps has come down to the dashed line.',
  attempt:
    'moving the first of the five numbers: all five outputs move, since each of them is measured by the mean and deviation ' +
    'of all. So an example’s output depends on its batch.',
};

export function BatchnormInstrument({ session }: { session: Session }) {
  // Not the moment itself: what is typed below must not be drawn anew with every frame.
  const bare = useMemo(() => computed(() => session.moment.value?.norms.length === 0), [session]);
  return (
    <Instrument id="batchnorm" title="Batch norm" {...{ about, session }} questions={normQuestions} wide>
      {bare.value && <p class="empty">This network has no batch norm. What one does, five numbers show:</p>}
      <RunStatistics session={session} />
      <h3>Five numbers, normalised</h3>
      <BatchNormWidget />
    </Instrument>
  );
}
