import type { ParameterSnapshot, Summary } from 'lanewise/diagnostics';
import { fixed, plain, scientific } from '../../view/figures.js';
import { type About, Instrument, Reading } from '../../view/instrument.js';
import { nameOf } from '../../view/label.js';
import { useLazy } from '../../view/use-lazy.js';
import { type InstrumentProps, useChosenLayer, useSelection } from '../shared/chosen-layer.js';
import type { Distribution } from '../shared/distribution-chart.js';
import { GradientCharts } from '../shared/gradient-charts.js';
import { LayerTable } from '../shared/layer-table.js';
import { divergedAt, shownOf } from '../shared/shown.js';
import { matricesOf } from '../shared/weight-matrices.js';
import { weightQuestions } from './questions.js';
import '../shared/distributions.css';
import './weights.css';

const loadMatrices = async () => (await import('./matrices.js')).Matrices;

const about: About = {
  shows:
    'each weight matrix as an image, orange above 0 and blue below, a row for what comes in and a column for what goes ' +
    'out; beside it the gradient of the last step, and of both the singular values. Below, the gradients of all matrices ' +
    'as distributions; grad:data is the std of the gradients over the std of the weights themselves.',
  healthy:
    'grad:data is of the same size in all matrices. The last one is often ahead at the beginning, since it was made ' +
    'small so that the first loss is low; training evens that out.',
  attempt:
    'stop at step 1 and at step 1,000 and compare the last matrix with the rest. Then pick one matrix in the table: the ' +
    'others step back.',
};

const gradients: Distribution = {
  layersOf: 'weightGradientsOf',
  quantity: () => 'gradient of the weights',
};

export function WeightsInstrument({ session, selection: given }: InstrumentProps) {
  const selection = useSelection(given);
  const chosen = useChosenLayer(session, selection);
  const Matrices = useLazy(loadMatrices);
  const runs = shownOf(session).map((each) => ({
    ...each,
    matrices: matricesOf(each.moment.snapshot),
  }));
  return (
    <Instrument id="weights" title="Weights" {...{ about, session }} questions={weightQuestions} wide>
      {Matrices === undefined && <p class="empty waiting-matrices">Loading…</p>}
      {Matrices &&
        runs.map(({ which, run, label }) => (
          <Matrices key={run.info.id} {...{ session, selection, which, run, label }} />
        ))}
      <h3>Gradients of all weights</h3>
      <GradientCharts
        {...{ session, chosen }}
        of={gradients}
        what="weights"
        instrument="weights"
        name="weight-gradients"
        runs={runs.map((each) => ({ ...each, rows: each.matrices }))}
      />
      <LayerTable
        label="Weight matrices in numbers"
        heads={['weights', 'shape', 'mean', 'std', 'grad:data']}
        runs={runs.map(({ run, label, matrices }) => ({
          id: run.info.id,
          label,
          rows: matrices.map(({ name, shape, gradient, gradToData }, i) => ({
            name,
            layer: i,
            cells: [
              shape.join('×'),
              scientific(gradient?.mean, 1),
              scientific(gradient?.std),
              // 0 / 0 where a matrix is all zeros, or a single number.
              Number.isNaN(gradToData) ? '–' : fixed(gradToData, 4),
            ],
          })),
        }))}
        chosen={chosen}
      />
      {runs.map((shown) => (
        <WeightsReading key={shown.run.info.id} {...shown} diverged={divergedAt(shown)} />
      ))}
    </Instrument>
  );
}

const broken = (summary: Summary | undefined): boolean =>
  summary !== undefined && summary.nan + summary.infinite > 0;

interface ReadingProps {
  label: string | undefined;
  matrices: ParameterSnapshot[];
  /** These are the gradients of the step that broke the run. */
  diverged: boolean;
}

/** Times the median that a ratio is worth a word. */
const FAR = 10;

function WeightsReading({ label, matrices, diverged }: ReadingProps) {
  const run = nameOf(label);
  if (diverged)
    return (
      <Reading severity="problem">
        {run}The run has diverged: these are the gradients of its last step, which made what is no number.
      </Reading>
    );
  const ratios = matrices.flatMap(({ name, data, gradient, gradToData }) =>
    gradToData === undefined ? [] : [{ name, data, gradient, ratio: gradToData }],
  );
  if (ratios.length === 0) return null;
  const bad = ratios.find(({ data, gradient }) => broken(data) || broken(gradient));
  if (bad !== undefined)
    return (
      <Reading severity="problem">
        {run}
        {bad.name}: grad:data is no finite number.
      </Reading>
    );
  const still = ratios.find(({ gradient }) => gradient?.std === 0 && gradient.mean === 0);
  if (still !== undefined)
    return (
      <Reading severity="problem">
        {run}
        {still.name} has no gradient at all: it does not learn.
      </Reading>
    );
  // Of weights that are all alike, or of a single one, there is no ratio.
  const known = ratios.filter(({ ratio }) => Number.isFinite(ratio));
  if (known.length === 0) return null;
  const sorted = known.sort((a, b) => a.ratio - b.ratio);
  const median = sorted[Math.floor((sorted.length - 1) / 2)].ratio;
  const highest = sorted[sorted.length - 1];
  return highest.ratio > FAR * median ? (
    <Reading severity="note">
      {run}
      {highest.name} is far ahead: its gradient is {plain(highest.ratio, 2)} of its weights, the median
      matrix’s {plain(median, 2)}. One learning rate has to serve both.
    </Reading>
  ) : (
    <Reading severity="healthy">
      {run}grad:data from {plain(sorted[0].ratio, 2)} to {plain(highest.ratio, 2)}: no matrix is far ahead of
      the others.
    </Reading>
  );
}
