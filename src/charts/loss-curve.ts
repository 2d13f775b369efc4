import { checked } from './checked.js';
import { type ChartOption, cursorAt, frame, type Look, line, lookOf, mark, marks, xAxis } from './frame.js';
import { logAxis, lossLabel } from './log-axis.js';
import { chanceLabel, count, orDash, tidy } from './numbers.js';
import { smoothingWindow, windowMeans } from './window-means.js';

/** What `lossCurve` draws. */
export interface LossCurve {
  /** [step, loss of its minibatch in nats], in order; not every step need be there. */
  losses: readonly (readonly [number, number])[];
  vocabularySize: number;
  /** Steps that were made, where the last loss is not among these: there the axis ends. */
  steps?: number | undefined;
  /** Where the learning rate changes, and from what to what. */
  lrDrop?: { step: number; before: number; after: number } | undefined;
  /** A step that is looked at: a line there. */
  cursor?: number | undefined;
}

/**
 * The loss over the steps, on a logarithmic axis in nats: every recorded minibatch, faint, the first of them named on the
 * axis; the mean of log10 over windows of steps; a line at ln(vocabulary), which a network that knows nothing loses; the
 * drop of the learning rate.
 */
export function lossCurve(data: LossCurve, given?: Partial<Look>): ChartOption {
  const { losses, vocabularySize, lrDrop } = data;
  const look = lookOf(given);
  const { theme, narrow, legend } = look;
  const usable = losses.filter(([, loss]) => loss > 0 && Number.isFinite(loss));
  const steps = usable.map(([step]) => step);
  const logs = usable.map(([, loss]) => Math.log10(loss));
  const window = smoothingWindow(steps);
  // Before the first step there is the line at ln(vocabulary) to see.
  const last = Math.max(data.steps ?? 0, steps[steps.length - 1] ?? 1);
  const chance = Math.log(vocabularySize);
  const smoothed = `mean of ${count(window)} step${window === 1 ? '' : 's'}`;
  const drop = lrDrop !== undefined && lrDrop.step > 0 && lrDrop.step < last ? [lrDrop] : [];
  const base = frame(look);
  return checked({
    ...base,
    grid: { ...base.grid, right: narrow ? 20 : 26 },
    ...(legend && {
      legend: { top: 0, data: ['each minibatch', smoothed], textStyle: { color: theme.muted } },
    }),
    tooltip: { trigger: 'axis', valueFormatter: (log) => lossLabel(10 ** Number(log)) },
    xAxis: xAxis(look, { name: 'step', counts: true, min: steps[0] ?? 0, max: last }),
    yAxis: logAxis(look, [...usable.map(([, loss]) => loss), chance], {
      name: narrow ? 'loss (nats)' : 'loss (nats, logarithmic)',
      format: lossLabel,
      named: usable.slice(0, 1).map(([, loss]) => loss),
    }),
    series: [
      {
        ...line(
          'each minibatch',
          theme.faint,
          steps.map((step, i) => [step, logs[i]]),
          1,
        ),
        sampling: 'lttb',
        markLine: marks([
          mark(look, { yAxis: Math.log10(chance) }, chanceLabel(vocabularySize)),
          ...drop.map(({ step, before, after }) =>
            mark(look, { xAxis: step }, `lr ${orDash(before, tidy)} → ${orDash(after, tidy)}`),
          ),
          ...cursorAt(look, data.cursor),
        ]),
      },
      line(smoothed, theme.accent, windowMeans(steps, logs, window), 2.25),
    ],
  });
}
