import type { Session } from '../../../session/session.js';
import { percent, whole } from '../../../view/figures.js';
import { Table } from '../../../view/table.js';
import { activationLayers, kindOf, saturatedWord } from '../../shared/activation-layers.js';
import { shownOf } from '../../shared/shown.js';

/** As the library's findings have them. */
const BANDS = [
  {
    kinds: ['Tanh', 'Sigmoid', 'ELU'],
    word: 'saturated',
    healthy: '< 30 %',
    warning: '> 30 %',
    problem: '> 50 %',
  },
  {
    kinds: ['ReLU'],
    word: 'not active',
    healthy: '≈ 50 %',
    warning: '> 90 %',
    problem: '> 99 %',
  },
  { kinds: ['LeakyReLU'], word: 'not active', healthy: 'any', warning: '–', problem: '–' },
];

/** Which percentage is bad, for which activation, and what this run's layers did over the steps. */
export function SaturationBands({ session }: { session: Session }) {
  const kind = session.moment.value && kindOf(session.moment.value.snapshot);
  return (
    <div class="aid">
      <p>
        It need not stay constant. It follows the width of what goes into the activation, and that moves while
        the weights grow. What counts is that it stays inside its band, that no layer parts from the others,
        and that no unit is closed for every example.
      </p>
      <div class="scroll">
        <Table
          caption="The bands of this page’s findings. They are conventions, not limits of nature."
          heads={['activation', 'share', 'healthy', 'warning', 'problem']}
          rows={BANDS.map(({ kinds, word, healthy, warning, problem }) => ({
            head: `${kinds.join(', ')}${kind !== undefined && kinds.includes(kind) ? ' (this run)' : ''}`,
            cells: [word, healthy, warning, problem],
          }))}
        />
      </div>
      <p>
        ReLU is 0 for half of what is spread evenly about 0: that is its work and no damage. Only where nearly
        all is off does little gradient get through. LeakyReLU always lets some through.
      </p>
      <ThisRun session={session} />
    </div>
  );
}

/** First, least, largest and last share of each layer, over all of its steps. */
function ThisRun({ session }: { session: Session }) {
  const [main] = shownOf(session);
  if (main === undefined) return null;
  const { steps, columns } = main.frame.series;
  const { snapshot } = main.moment;
  const layers = activationLayers(snapshot, session.threshold.value);
  if (layers.length === 0) return <p>This run has no activation layer.</p>;
  if (steps.length === 0) return <p class="empty">This run has made no step yet.</p>;
  const first = snapshot.parameters.length + layers.length;
  return (
    <div class="scroll">
      <Table
        caption={
          <>
            This run, {saturatedWord(layers[0].kind)}, from step {whole(steps[0])} to{' '}
            {whole(steps[steps.length - 1])}, batch by batch.
          </>
        }
        heads={['layer', 'first', 'least', 'largest', 'last']}
        rows={layers.map(({ name }, i) => {
          const shares = columns[first + i].filter(Number.isFinite);
          const least = shares.reduce((a, b) => Math.min(a, b), 1);
          const largest = shares.reduce((a, b) => Math.max(a, b), 0);
          return {
            head: name,
            cells: [shares[0], least, largest, shares.at(-1)].map((share) => percent(share)),
          };
        })}
      />
    </div>
  );
}
