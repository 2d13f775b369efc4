import type { Session } from '../../../session/session.js';
import { fixed, plain, whole } from '../../../view/figures.js';
import { Table } from '../../../view/table.js';
import { rateFor, ratiosOf } from './update-ratios.js';

/** What a thousandth a step means, which learning rate each parameter would need for it, and the ratio's two definitions. */
export function MinusThree({ session }: { session: Session }) {
  const moment = session.moment.value;
  if (moment === undefined) return null;
  const { lr, parameters } = moment.snapshot;
  if (lr === undefined) return <p class="empty aid">No update yet: make a step, and this table fills.</p>;
  const rows = parameters.map((parameter) => ({ parameter, ratios: ratiosOf(parameter, lr) }));
  const matrices = rows.filter(({ parameter }) => parameter.shape.length === 2);
  const middle = median(matrices.flatMap(({ ratios }) => (Number.isFinite(ratios.std) ? ratios.std : [])));
  return (
    <div class="aid">
      <p>
        10⁻³ is a rule of thumb, not a law: at a thousandth a step, a thousand steps in one direction would
        replace a parameter. Much less, and nothing happens in a run; at a tenth, each minibatch overrules
        what the last ones taught. A factor of a few on either side does no harm.
      </p>
      {middle !== undefined && (
        <p>
          The learning rate was {plain(lr)}; the median matrix would be at −3 with{' '}
          <output>{plain(rateFor(middle, lr), 2)}</output>. That holds for the gradients of this very step.
        </p>
      )}
      <div class="scroll">
        <Table
          caption={
            <>
              log₁₀ of the ratio after step {whole(moment.snapshot.step)}, by std and by norm, and the
              learning rate that would move the line to −3.
            </>
          }
          heads={['parameter', 'by std', 'by norm', 'rate for −3']}
          rows={rows.map(({ parameter, ratios }) => ({
            head: parameter.name,
            cells: [
              ratio(ratios.std),
              ratio(ratios.norm),
              Number.isFinite(ratios.std) ? plain(rateFor(ratios.std, lr), 2) : '–',
            ],
          }))}
        />
      </div>
      <p>
        <b>Two definitions.</b> Spoken of are norms, ‖lr · gradient‖ / ‖parameter‖; the lecture’s code, and
        the chart above, divide standard deviations. A norm is that and the mean: ‖x‖² = (n − 1) σ² + n μ².
        Where the mean is near 0, as in the weights, the two agree. They part for a gain of batch norm, which
        begins as all ones: its std is 0 or tiny, so by std its update looks enormous, and by norm it is
        small.
      </p>
    </div>
  );
}

/** Nothing over nothing, and the deviation of a single number, are no ratios. */
const ratio = (value: number): string => fixed(Number.isNaN(value) ? undefined : value, 2);

function median(values: number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
