import type { TensorSnapshot } from 'lanewise/diagnostics';
import type { Session } from '../../session/session.js';
import { drawable } from './activation-layers.js';
import type { ChosenLayer } from './chosen-layer.js';
import { type Distribution, DistributionChart } from './distribution-chart.js';
import { FormSwitch } from './distribution-form.js';
import type { Shown } from './shown.js';

interface GradientChartsProps {
  session: Session;
  chosen: ChosenLayer;
  of: Distribution;
  /** What the gradients are of, in words. */
  what: string;
  /** Of the switch, and of the files that the charts are saved as. */
  instrument: string;
  name: string;
  runs: readonly (Shown & { rows: readonly { gradient?: TensorSnapshot | undefined }[] })[];
}

/** The gradients of each run, a row a layer, and the switch of how they are drawn. */
export const GradientCharts = ({
  session,
  chosen,
  of,
  what,
  instrument,
  name,
  runs,
}: GradientChartsProps) => (
  <>
    {runs.map(({ which, run, label, rows }) => (
      <div key={run.info.id}>
        {label !== undefined && <h3>{label}</h3>}
        {rows.some(({ gradient }) => drawable(gradient)) ? (
          <DistributionChart
            {...{ session, which, chosen, of, name }}
            rows={rows.length}
            label={`Distributions of the gradients of the ${what}${label === undefined ? '' : ` of run ${label}`}`}
          />
        ) : (
          <p class="empty">
            {rows.length === 0
              ? 'This network has no activation layer.'
              : rows.every(({ gradient }) => gradient === undefined)
                ? 'No gradient yet: the first step makes them.'
                : 'Every gradient here holds what is no number; nothing is left to draw.'}
          </p>
        )}
      </div>
    ))}
    {runs.some(({ rows }) => rows.some(({ gradient }) => drawable(gradient))) && (
      <FormSwitch name={instrument} />
    )}
  </>
);
