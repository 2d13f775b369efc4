import { computed, type ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { UnitReport } from '../../engine/protocol.js';
import type { Session } from '../../session/session.js';
import { Chart, type ChartProps } from '../../view/chart.js';
import { fixed, share, whole } from '../../view/figures.js';
import { Reading } from '../../view/instrument.js';
import { labelOf, layerIn } from '../../view/label.js';
import type { Inspection } from './inspection.js';
import { gradientText, verdictOf } from './verdict.js';
import { WeightBars } from './weight-bars.js';

const describe: ChartProps<UnitReport>['describe'] = (charts, report, look) => {
  const { preactivations, flat, kind, examples } = report;
  const { edges } = preactivations;
  const values = preactivations.values.map((count) => (100 * count) / examples);
  const name = { Tanh: '|h| > 0.99', Sigmoid: '|2h − 1| > 0.99', ReLU: 'off' }[kind] ?? 'h < −0.99';
  return charts.barHistogram(
    {
      histogram: { edges, values },
      quantity: 'pre-activation',
      counted: '% of examples',
      shaded: { name, zones: flat },
    },
    look,
  );
};

/** The chosen unit over the whole training split: what goes into it, by which weights, and what becomes of it. */
export function UnitPanel({ session, inspection }: { session: Session; inspection: Inspection }) {
  const chosen = inspection.chosen.value;
  if (chosen === undefined) return null;
  const report = inspection.report.value;
  const run = inspection.runOf(chosen.run);
  const busy = session.busy.value !== undefined;
  return (
    <section class="unit" aria-labelledby="unit-title">
      <header>
        <h3 id="unit-title">
          Unit {chosen.unit} of {run === undefined ? chosen.place : layerIn(run, chosen.place)}
          {session.other.value !== undefined && run !== undefined && (
            <span class="help"> in run {labelOf(run)}</span>
          )}
        </h3>
        <div class="buttons">
          <MeasureButton inspection={inspection} run={chosen.run} busy={busy} />
          <button type="button" onClick={() => inspection.close()}>
            Close
          </button>
        </div>
      </header>
      {report === undefined || run === undefined ? (
        <p class="empty waiting" role="status">
          Looking at every training example…
        </p>
      ) : (
        <Report
          inspection={inspection}
          report={report}
          run={chosen.run}
          batch={run.info.settings.batch}
          vocabulary={run.info.vocabulary}
        />
      )}
    </section>
  );
}

interface MeasureProps {
  inspection: Inspection;
  run: number;
  busy: boolean;
}

function MeasureButton({ inspection, run, busy }: MeasureProps) {
  const measured = inspection.report.value?.step;
  return (
    <button
      type="button"
      disabled={busy || measured === undefined || inspection.stepOf(run) === measured}
      onClick={() => void inspection.measure()}
    >
      Measure again
    </button>
  );
}

interface ReportProps {
  inspection: Inspection;
  report: UnitReport;
  run: number;
  batch: number;
  vocabulary: readonly string[];
}

function Report({ inspection, report, run, batch, vocabulary }: ReportProps) {
  const source = useMemo(() => computed(() => inspection.report.value), [inspection]);
  const { examples, open, preactivations, normalised, kind } = report;
  const { severity, text } = verdictOf(report, batch);
  const closed = examples - open;
  return (
    <>
      <MeasuredAt inspection={inspection} step={report.step} run={run} />
      <div role="status">
        <Reading severity={severity}>{text}</Reading>
      </div>
      <p>
        Norm of the gradient of its incoming weights in the last step: <b>{gradientText(report)}</b>.
      </p>
      <div class="halves">
        <section>
          <h4>What goes into it</h4>
          <p class="help">
            mean {fixed(preactivations.mean, 2)}, std {fixed(preactivations.std, 2)}
            {kind !== 'LeakyReLU' &&
              `; in the flat ${kind === 'Tanh' || kind === 'Sigmoid' ? 'ends' : 'part'} ${whole(closed)} (${share(closed / examples)})`}
            {preactivations.notFinite > 0 && `; ${whole(preactivations.notFinite)} are no finite numbers`}
          </p>
          <Chart
            source={source as ReadonlySignal<UnitReport | undefined>}
            describe={describe}
            label={`Pre-activations of unit ${report.unit} over ${whole(examples)} examples`}
            name={`unit-${report.unit}-pre-activations`}
            height={200}
          />
          <p class="help">
            All {whole(examples)} training examples
            {normalised
              ? `, batch norm with the statistics of each batch of ${whole(batch)}, as in training`
              : ''}
            .
          </p>
        </section>
        <WeightBars incoming={report.incoming} bias={report.bias} vocabulary={vocabulary} />
      </div>
    </>
  );
}

function MeasuredAt({ inspection, step, run }: { inspection: Inspection; step: number; run: number }) {
  const shown = inspection.stepOf(run);
  return (
    <p class="help measured">
      Measured at step {whole(step)}
      {shown !== undefined && shown !== step && `; shown above is step ${whole(shown)}`}.
    </p>
  );
}
