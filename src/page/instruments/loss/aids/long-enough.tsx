import { useCallback } from 'preact/hooks';
import type { Frame } from '../../../engine/protocol.js';
import type { Session } from '../../../session/session.js';
import { fixed, percent, whole } from '../../../view/figures.js';
import { useThrottled } from '../../../view/throttled.js';
import { differenceOf } from '../losses.js';
import { deviationOf, meanOf } from './minibatches.js';

/** How much of the data a run has seen, and whether its loss still falls. */
export function LongEnough({ session }: { session: Session }) {
  const read = useCallback(() => ({ run: session.main.value, frame: session.frame.value }), [session]);
  const { run, frame } = useThrottled(session, read).value;
  if (run === undefined || frame === undefined) return null;
  const { settings, examples } = run.info;
  const passes = (frame.step * settings.batch) / examples.train;
  return (
    <div class="aid">
      <p>
        No. 1,000 minibatches of 32 are 32,000 examples: less than a fifth of the training split, and none of
        them seen often enough to be learned by heart. The notebook stops the six layers there because the
        pictures that it is after are plain by then; its validation loss, 2.3982, even lies below its training
        loss, 2.4003. That is no feat: a difference that small means that the network has not begun to tell
        the splits apart.
      </p>
      <dl class="results">
        <div>
          <dt>this run has made</dt>
          <dd>{whole(frame.step)} steps</dd>
        </div>
        <div>
          <dt>has drawn from the training split</dt>
          <dd>{passes < 1 ? `${percent(passes)} of it` : `${fixed(passes, 1)} times over`}</dd>
        </div>
        <Trend frame={frame} />
      </dl>
      <p>
        Does the loss still fall? Leave out the first tenth of the steps and compare the means of the two
        halves of the rest: while they differ by more than two standard errors, there is more to gain. Single
        minibatches cannot tell.
      </p>
    </div>
  );
}

const LEAST = 40;

const summaryOf = (losses: Float32Array) => ({
  count: losses.length,
  mean: meanOf(losses),
  deviation: deviationOf(losses),
});

function Trend({ frame }: { frame: Frame }) {
  const [losses] = frame.losses.columns;
  const late = losses.subarray(Math.floor(losses.length / 10));
  if (late.length < LEAST) return null;
  const middle = Math.floor(late.length / 2);
  const { nats, error } = differenceOf(summaryOf(late.subarray(0, middle)), summaryOf(late.subarray(middle)));
  const falls = nats < -2 * error;
  return (
    <div>
      <dt>second half less the first</dt>
      <dd>
        {nats < 0 ? '−' : '+'}
        {fixed(Math.abs(nats), 3)} ± {fixed(error, 3)}: {falls ? 'it still falls' : 'no fall to be seen'}
      </dd>
    </div>
  );
}
