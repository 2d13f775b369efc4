import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Session } from '../../session/session.js';
import { type About, Instrument, type Question } from '../../view/instrument.js';
import { BiasAid } from './aids/bias-before-norm.js';
import { FoldAid } from './aids/fold-norm.js';
import { ConventionsAid } from './aids/norm-conventions.js';
import { EpsAid } from './aids/norm-eps.js';
import { MomentumAid } from './aids/norm-momentum.js';
import { BatchNormWidget } from './five-numbers-widget.js';
import './batchnorm.css';
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

const questionsOf = (session: Session): Question[] => [
  {
    id: 'conventions',
    question: 'Biased or unbiased? Does torch’s BatchNorm1d do what the lecture does?',
    Aid: ConventionsAid,
  },
  { id: 'eps', question: 'What is eps for?', Aid: EpsAid },
  { id: 'momentum', question: 'Momentum 0.001 or 0.1?', Aid: MomentumAid },
  {
    id: 'bias-before',
    question: 'Why does the bias before a batch norm do nothing?',
    Aid: () => <BiasAid session={session} />,
  },
  {
    id: 'fold',
    question: 'Can batch norm be folded into the linear layer?',
    Aid: () => <FoldAid session={session} />,
  },
];

export function BatchnormInstrument({ session }: { session: Session }) {
  const questions = useMemo(() => questionsOf(session), [session]);
  // Not the moment itself: what is typed below must not be drawn anew with every frame.
  const bare = useMemo(() => computed(() => session.moment.value?.norms.length === 0), [session]);
  return (
    <Instrument id="batchnorm" title="Batch norm" about={about} questions={questions} wide>
      {bare.value && <p class="empty">This network has no batch norm. What one does, five numbers show:</p>}
      <RunStatistics session={session} />
      <h3>Five numbers, normalised</h3>
      <BatchNormWidget />
    </Instrument>
  );
}
