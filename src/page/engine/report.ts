import { findings, type Recorder } from 'lanewise/diagnostics';
import type { Run } from 'lanewise/makemore';
import type { Moment } from './protocol.js';

interface Reported {
  recorder: Recorder;
  /** The newest moment; undefined before the first step. */
  last: Moment | undefined;
  /** Whether the losses over the splits, and the names that go with them, are those of this moment. */
  evaluated: boolean;
  version: string;
}

/** The report of a run, the same file that the command writes. */
export async function reportOf(run: Run, { recorder, last, evaluated, version }: Reported): Promise<string> {
  // Charts are large, and most visits want no report.
  const { renderReport, runReport } = await import('lanewise/charts');
  const record = run.record(version);
  const firstLoss = recorder.firstLoss ?? run.losses[0]?.[1];
  return renderReport(
    runReport({
      record: evaluated ? record : { ...record, final: null, samples: [] },
      asked: run.settings.steps,
      first: recorder.first,
      last: last?.snapshot,
      losses: recorder.losses.track(),
      series: recorder.series.track(),
      findings: last && findings(last.snapshot, { firstLoss, first: recorder.first }),
    }),
  );
}
