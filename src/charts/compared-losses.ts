import { checked } from './checked.js';
import { type ChartOption, cursorAt, frame, type Look, line, lookOf, mark, marks, xAxis } from './frame.js';
import { logAxis, lossLabel } from './log-axis.js';
import { chanceLabel } from './numbers.js';
import { runColour } from './theme.js';

/** What `comparedLosses` draws. */
export interface ComparedLosses {
  runs: readonly {
    label: string;
    /** [step, loss in nats], in order. */
    curve: readonly (readonly [number, number])[];
    /** Step, from, to: between what single minibatches lie around the curve; drawn faint. */
    band?: readonly (readonly [number, number, number])[];
    /** Whether it broke off where its curve ends. */
    diverged?: boolean;
  }[];
  vocabularySize: number;
  /** Where the axis of the steps ends. */
  steps: number;
  /** A step that is looked at: a line there. */
  cursor?: number | undefined;
}

/** Times as high as all runs are after their first tenth, and as they begin: what is higher would flatten the rest. */
const ROOM = 1.25;
const BEGINNING = 0.1;
const CROSS = 'path://M0,1L1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5Z';

const usable = (loss: number): boolean => loss > 0 && Number.isFinite(loss);

/** Losses with which curves begin at step 0. */
const firstLosses = (curves: ComparedLosses['runs'][number]['curve'][]): number[] =>
  curves.flatMap(([first]) => (first?.[0] === 0 && usable(first[1]) ? [first[1]] : []));

/**
 * Where the axis of the losses ends, if early steps or runs that diverged rise far above the rest; undefined if none does.
 * It always holds what the runs begin with.
 */
export function lossCeiling({ runs, vocabularySize, steps }: ComparedLosses): number | undefined {
  const highest = (from: number, diverged: boolean) =>
    runs
      .filter((run) => diverged || !run.diverged)
      .flatMap(({ curve }) => curve.filter(([step, loss]) => step >= from && usable(loss)))
      .reduce((most, [, loss]) => Math.max(most, loss), Math.log(vocabularySize));
  const begun = firstLosses(runs.map(({ curve }) => curve));
  const ceiling = Math.max(ROOM * highest(BEGINNING * steps, false), ...begun);
  return highest(0, true) > ceiling ? ceiling : undefined;
}

/**
 * The losses of several runs over the steps, on a logarithmic axis: a line a run in the colours of the layers, a line at
 * ln(vocabulary), a cross where a run diverged.
 */
export function comparedLosses(data: ComparedLosses, given?: Partial<Look>): ChartOption {
  const look = lookOf(given);
  const { theme, narrow, legend } = look;
  const { runs, vocabularySize } = data;
  const chance = Math.log(vocabularySize);
  const ceiling = lossCeiling(data) ?? Infinity;
  const curves = runs.map(({ curve }) => curve.filter(([, loss]) => usable(loss)));
  const bands = runs.flatMap(({ band = [] }) => band.flatMap(([, from, to]) => [from, to].filter(usable)));
  const values = [...curves.flat().map(([, loss]) => loss), ...bands].map((loss) => Math.min(loss, ceiling));
  const base = frame(look);
  const chanceMark = marks([
    mark(look, { yAxis: Math.log10(chance) }, chanceLabel(vocabularySize)),
    ...cursorAt(look, data.cursor),
  ]);
  return checked({
    ...base,
    grid: { ...base.grid, right: narrow ? 20 : 26 },
    ...(legend && { legend: { top: 0, textStyle: { color: theme.muted } } }),
    tooltip: { trigger: 'axis', valueFormatter: (log) => lossLabel(10 ** Number(log)) },
    xAxis: xAxis(look, { name: 'step', counts: true, min: 0, max: data.steps }),
    yAxis: logAxis(look, [...values, chance], {
      name: narrow ? 'loss (nats)' : 'loss (nats, logarithmic)',
      format: lossLabel,
      named: firstLosses(curves),
    }),
    series: [
      ...runs.flatMap(({ label, band = [] }, i) => bandOf(label, runColour(theme, i, runs.length), band)),
      ...runs.map(({ label }, i) => ({
        ...line(
          label,
          runColour(theme, i, runs.length),
          curves[i].map(([step, loss]) => [step, Math.log10(loss)]),
          2,
        ),
        clip: true,
        ...(i === 0 && { markLine: chanceMark }),
      })),
      ...runs.flatMap(({ diverged, label }, i) => {
        const end = curves[i].at(-1);
        if (!diverged || end === undefined) return [];
        const [step, loss] = end;
        return [
          {
            type: 'scatter' as const,
            name: label,
            color: runColour(theme, i, runs.length),
            symbol: CROSS,
            symbolSize: 12,
            clip: false,
            z: 5,
            data: [[step, Math.log10(Math.min(loss, ceiling))]],
          },
        ];
      }),
    ],
  });
}

/** The room between two lines, which are stacked and not drawn themselves; of the run's name, so that the legend hides all. */
function bandOf(name: string, colour: string, band: readonly (readonly [number, number, number])[]) {
  const shown = band.filter(([, from, to]) => usable(from) && usable(to));
  if (shown.length === 0) return [];
  const edge = (data: [number, number][]) => ({
    ...line(name, colour, data, 0),
    showSymbol: false,
    silent: true,
    tooltip: { show: false },
    stack: `band of ${name}`,
    stackStrategy: 'all' as const,
  });
  return [
    edge(shown.map(([step, from]) => [step, Math.log10(from)])),
    {
      ...edge(shown.map(([step, from, to]) => [step, Math.log10(to / from)])),
      areaStyle: { color: colour, opacity: 0.16 },
    },
  ];
}
