import { pointAt } from '../../../view/point-at.js';
import '../../shared/aid.css';
import type { Session } from '../../../session/session.js';
import { fixed, signed, whole } from '../../../view/figures.js';

/** Running or calibrated statistics: what differs, and by how much in this run. */
export function WhichLossAid({ session }: { session: Session }) {
  const evaluation = session.frame.value?.evaluation;
  return (
    <div class="aid">
      <p>
        Both are right: the network has no mean and deviation of its own, and each pair makes it a slightly
        different function. Calibrated ones are measured once over the whole training split with the weights
        as they are; running ones were picked up on the way and so remember older weights, but cost nothing.
        In the notebook cell 10 gives val 2.1057, and the log in cell 11 says 2.1048: of this order is the
        difference.
      </p>
      <p>
        Quote the one that your network will be used with, and compare runs by the same one. Where they are
        far apart, the running ones lag: train longer, or raise the momentum.
      </p>
      {evaluation === undefined ? (
        <button type="button" onClick={() => session.evaluate()} disabled={session.busy.value !== undefined}>
          Measure both
        </button>
      ) : evaluation.norms.length === 0 ? (
        <p class="measured">This run has no batch norm: its loss is the same either way.</p>
      ) : (
        <p class="measured" role="status">
          This run after step {whole(evaluation.step)}: val {fixed(evaluation.running.val, 4)} running,{' '}
          {fixed(evaluation.calibrated.val, 4)} calibrated, difference{' '}
          <b>{signed(evaluation.running.val - evaluation.calibrated.val, 4)}</b>. The units furthest apart are
          listed above.
        </p>
      )}
      <p>
        <button type="button" class="link" onClick={() => pointAt('batchnorm')}>
          See them unit by unit
        </button>
      </p>
    </div>
  );
}
