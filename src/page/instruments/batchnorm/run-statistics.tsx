import { computed, type ReadonlySignal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { distanceOf } from '../../engine/distance.js';
import type { Session } from '../../session/session.js';
import { Chart, type ChartProps } from '../../view/chart.js';
import { fixed, whole } from '../../view/figures.js';
import { Reading } from '../../view/instrument.js';
import { cursorOf } from '../shared/shown.js';
import { halfLife, initialShare } from './running-average.js';
import { chanceOf, distancesOf, type Group, groupsOf, normName, type Points } from './statistics.js';

const describeMeans: ChartProps<Group[]>['describe'] = (charts, groups, look) =>
  charts.againstDiagonal({ groups, x: 'measured mean', y: 'running mean' }, look);

const describeStds: ChartProps<Group[]>['describe'] = (charts, groups, look) =>
  charts.againstDiagonal({ groups, x: 'measured std', y: 'running std' }, look);

interface Distances {
  runs: { name: string; mean: Points; std: Points }[];
  batch: number;
  cursor: number | undefined;
}

const describeDistances: ChartProps<Distances>['describe'] = (charts, { runs, batch, cursor }, look) => {
  const smooth = (points: Points): Points => {
    const steps = points.map(([step]) => step);
    const values = points.map(([, value]) => value);
    return charts.windowMeans(steps, values, charts.smoothingWindow(steps));
  };
  const [{ mean }] = runs;
  const chance = chanceOf(batch);
  return charts.linesOver(
    {
      x: 'step',
      y: 'distance',
      cursor,
      min: 0,
      lines: [
        { name: 'mean, each batch', points: mean, faint: true },
        ...runs.flatMap(({ name, mean, std }, i) => [
          { name: `mean${name}`, points: smooth(mean), colour: 'accent' as const, dashed: i > 0 },
          { name: `std${name}`, points: smooth(std), colour: 'second' as const, dashed: i > 0 },
        ]),
        {
          name: `mean by chance, 1/√${whole(batch)}`,
          points: [
            [mean[0]?.[0] ?? 0, chance],
            [mean.at(-1)?.[0] ?? 1, chance],
          ],
          colour: 'ink',
          dashed: true,
        },
      ],
    },
    look,
  );
};

/** Running statistics of one batch norm of the run beside those of the last minibatch, and how far apart they were. */
export function RunStatistics({ session }: { session: Session }) {
  const layer = useSignal(0);
  const sources = useMemo(() => sourcesOf(session, layer), [session, layer]);
  const names = sources.names.value.split('\n').filter((name) => name !== '');
  if (names.length === 0) return null;
  const chosen = Math.min(layer.value, names.length - 1);
  return (
    <>
      {names.length > 1 && (
        <label class="layer">
          Layer{' '}
          <select
            value={String(chosen)}
            onChange={({ currentTarget }) => {
              layer.value = Number(currentTarget.value);
            }}
          >
            {names.map((name, i) => (
              <option key={name} value={String(i)}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="pair">
        <div>
          <h3>Means, a dot for each unit</h3>
          <Chart
            source={sources.means}
            describe={describeMeans}
            label="Running mean of each unit against the mean of the last minibatch"
            name="batchnorm-means"
            height={250}
          />
        </div>
        <div>
          <h3>Standard deviations</h3>
          <Chart
            source={sources.stds}
            describe={describeStds}
            label="Running standard deviation of each unit against that of the last minibatch"
            name="batchnorm-stds"
            height={250}
          />
        </div>
      </div>
      <h3>How far running is from the minibatch</h3>
      <p class="help">
        Root mean square over the units: of the difference of the means, in std of the minibatch, and of
        ln(running std / minibatch’s std).
      </p>
      <Chart
        source={sources.distances}
        describe={describeDistances}
        label="Distance of the running statistics from those of each minibatch over the steps"
        name="batchnorm-distance"
        height={200}
      />
      <Settled session={session} layer={chosen} />
    </>
  );
}

function sourcesOf(session: Session, layer: ReadonlySignal<number>) {
  const chosen = computed(() => Math.min(layer.value, (session.moment.value?.norms.length ?? 1) - 1));
  const groups = (quantity: 'mean' | 'std') =>
    computed((): Group[] | undefined => {
      const moment = session.moment.value;
      if (moment === undefined) return undefined;
      const own = groupsOf(quantity, chosen.value, moment, session.frame.value?.evaluation);
      const beside = session.otherFrame.value;
      const others = beside && groupsOf(quantity, chosen.value, beside, beside.evaluation);
      return [
        ...own,
        ...(others ?? []).map(({ name, points }) => ({ name: `${name}, run ${beside?.run}`, points })),
      ];
    });
  return {
    // One string, so that nothing is drawn anew where the layers are the same.
    names: computed(() => {
      const { norms = [], snapshot } = session.moment.value ?? {};
      return norms.map((norm) => normName(norm, snapshot?.layers ?? [])).join('\n');
    }),
    means: groups('mean'),
    stds: groups('std'),
    distances: computed((): Distances | undefined => {
      const { main, frame, otherFrame } = session;
      if (main.value === undefined || frame.value === undefined) return undefined;
      const own = distancesOf(frame.value, chosen.value);
      const beside = otherFrame.value;
      const other = beside && distancesOf(beside, chosen.value);
      return {
        cursor: cursorOf(session),
        batch: main.value.info.settings.batch,
        runs: [
          { name: '', ...own },
          ...(other && other.mean.length > 0 ? [{ name: `, run ${beside?.run}`, ...other }] : []),
        ],
      };
    }),
  };
}

/** Whether the running statistics have come to where the batches are. */
function Settled({ session, layer }: { session: Session; layer: number }) {
  const moment = session.moment.value;
  const batch = session.main.value?.info.settings.batch;
  const norm = moment?.norms[layer];
  if (moment === undefined || batch === undefined || norm === undefined) return null;
  const { step } = moment;
  const { momentum } = norm;
  if (step === 0)
    return (
      <p class="empty">
        No step yet: the running mean of each unit is the 0 and the running std the 1 that it begins with.
      </p>
    );
  const { mean, std } = distanceOf(norm);
  if (!Number.isFinite(mean))
    return <Reading severity="problem">The statistics of the minibatch are no numbers any more.</Reading>;
  const left = initialShare(momentum, step);
  const half = halfLife(momentum);
  const chance = chanceOf(batch);
  const apart =
    `running means are ${fixed(mean, 2)} std from the last minibatch’s; ` +
    `by chance a batch of ${whole(batch)} is about ${fixed(chance, 2)} off`;
  if (left > 0.05)
    return (
      <Reading severity="note">
        Momentum {momentum}: half is new after {half < 100 ? fixed(half, 1) : whole(Math.round(half))} steps.
        After {whole(step)} steps {fixed(100 * left, 1)} % of the running statistics is still the 0 and 1 that
        they began with; {apart}.
      </Reading>
    );
  return mean > 2 * chance || std > 3 * chance ? (
    <Reading severity="warning">
      The running statistics do not fit the minibatch: {apart}. The weights move faster than the average
      follows.
    </Reading>
  ) : (
    <Reading severity="healthy">The running statistics fit: {apart}.</Reading>
  );
}
