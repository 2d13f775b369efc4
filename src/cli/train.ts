import type { Command } from 'commander';
import { findings } from 'lanewise/diagnostics';
import { builtInNames, type NameList, normalises, type Run } from 'lanewise/makemore';
import { readSavedRun, resumedNames, resumedSettings } from './checkpoint.js';
import { UsageError } from './errors.js';
import { readNames } from './files.js';
import { settingsOf, type TrainOptions } from './options.js';
import { placeOf, prepareRun } from './prepare-run.js';
import { during, isTerminal } from './progress.js';
import { reported, saved as savedLine, written } from './report.js';
import { Stop } from './stop.js';
import { prepareTargets } from './targets.js';
import { Seen, trainEvaluateAndSample } from './training.js';
import { version } from './version.js';

/** The action of `lanewise train`. */
export async function train(options: TrainOptions, command: Command): Promise<void> {
  const { json, report, quiet = false, save, saveEvery, resume } = options;
  if (command.args.length > 0)
    throw new UsageError(
      `train: expected options only, got '${command.args[0]}'; a list of names is given as --names <file>`,
    );
  const saved = resume === undefined ? undefined : await readSavedRun(resume, `--resume ${resume}`);
  const settings = saved ? resumedSettings(saved, options, command) : settingsOf(options);
  const { batch, net } = settings;
  if (batch < 2 && normalises(settings))
    throw new UsageError(
      `${placeOf('batch', batch, saved)}: expected at least 2 with batch norm (one row has no standard deviation), got ${batch}; ` +
        `${net === 'mlp' ? '--init kaiming has none' : '--no-batch-norm leaves it out'}`,
    );
  // A run that goes on reads its names from where they were.
  const read = options.names ?? (saved?.names.path === 'built-in' ? undefined : saved?.names.path);
  const targets = await prepareFiles(options, read);
  if (saveEvery !== undefined && targets.save === undefined)
    throw new UsageError(`--save-every ${saveEvery}: expected --save <file> with it, got none`);
  const run = await during('reading the names', !quiet && isTerminal(), async () => {
    const names = saved ? await resumedNames(saved, options) : await readGiven(options.names);
    return prepareRun(names, settings, options, saved);
  });
  const seen = targets.report && new Seen(run);
  const stop = new Stop();
  try {
    const checkpoint = await trainEvaluateAndSample(run, stop, {
      quiet,
      resume,
      saveEvery,
      checkpoint: targets.save,
      seen,
    });
    if (save !== undefined && checkpoint && !quiet) console.log(savedLine(save));
    if (targets.json && json !== undefined) {
      const there = await targets.json.write(`${JSON.stringify(run.record(version))}\n`);
      if (there && !quiet) console.log(written(json));
    }
    if (targets.report && seen && report !== undefined) {
      const there = await targets.report.write(await reportOf(run, seen));
      if (there && !quiet) console.log(reported(report));
    }
  } finally {
    stop.dispose();
    run.dispose();
  }
}

const readGiven = (path: string | undefined): Promise<NameList> =>
  path === undefined ? builtInNames() : readNames(path);

/** The files to be written. `names`: the file of the names. */
async function prepareFiles({ json, save, report, resume }: TrainOptions, names: string | undefined) {
  const [, saved, , record, page] = await prepareTargets([
    { option: '--names', path: names, input: true },
    { option: '--save', path: save },
    // A checkpoint may be written where the run goes on from.
    { option: '--resume', path: resume, input: true },
    { option: '--json', path: json },
    { option: '--report', path: report },
  ]);
  return { save: saved, json: record, report: page };
}

/** The report of what was trained, as one HTML file. */
async function reportOf(run: Run, { recorder, last }: Seen): Promise<string> {
  // Charts are large, and most runs want none.
  const { renderReport, runReport } = await import('lanewise/charts');
  const firstLoss = recorder.firstLoss ?? run.losses[0]?.[1];
  return renderReport(
    runReport({
      record: run.record(version),
      asked: run.settings.steps,
      first: recorder.first,
      last,
      losses: recorder.losses.track(),
      series: recorder.series.track(),
      findings: last && findings(last, { firstLoss, first: recorder.first }),
    }),
  );
}
