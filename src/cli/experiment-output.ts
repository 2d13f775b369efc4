import { printable } from 'lanewise';
import pc from 'picocolors';
import { type Experiments, experimentsData } from './experiment-page.js';
import { type Given, prepareTargets, type Target } from './targets.js';
import { version } from './version.js';

/** Where a command writes what came of all runs. */
export interface Outputs {
  json: Target | undefined;
  report: Target | undefined;
}

export interface OutputOptions {
  json?: string;
  report?: string;
  quiet?: boolean;
}

/** Errors: UsageError for a file that cannot be written, or that is one of the inputs. */
export async function prepareOutputs(
  { json, report }: OutputOptions,
  inputs: readonly Given[],
): Promise<Outputs> {
  const targets = await prepareTargets([
    ...inputs,
    { option: '--json', path: json },
    { option: '--report', path: report },
  ]);
  return { json: targets.at(-2), report: targets.at(-1) };
}

/** Writes what was asked for, and says so. */
export async function writeOutputs(
  outputs: Outputs,
  experiments: Experiments,
  { json = '', report = '', quiet = false }: OutputOptions,
): Promise<void> {
  if (outputs.json) {
    const there = await outputs.json.write(recordOf(experiments));
    if (there && !quiet) console.log(`\n${pc.dim('record')} ${printable(json)}`);
  }
  if (outputs.report) {
    // Charts are large, and most runs want none.
    const { renderExperiments } = await import('lanewise/charts');
    const there = await outputs.report.write(renderExperiments(experimentsData(experiments)));
    if (there && !quiet) console.log(`${outputs.json ? '' : '\n'}${pc.dim('report')} ${printable(report)}`);
  }
}

function recordOf({ sets, results, names }: Experiments): string {
  const runs = sets.flatMap(({ name, experiments }, s) =>
    experiments.flatMap(({ label }, i) => {
      const result = results[s][i];
      if (result === undefined) return [];
      const { record, ...measured } = result;
      return [{ set: name, label, ...record, ...measured }];
    }),
  );
  return `${JSON.stringify({ version, names, runs })}\n`;
}
