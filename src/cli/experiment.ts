import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { printable } from 'lanewise';
import {
  builtInNames,
  type ExperimentResult,
  type ExperimentSet,
  experimentSets,
  type NameList,
} from 'lanewise/makemore';
import pc from 'picocolors';
import { UsageError } from './errors.js';
import { experimentsData } from './experiment-page.js';
import { JobError, runJobs } from './experiment-pool.js';
import { legend, table } from './experiment-report.js';
import { expectSplits, readNames } from './files.js';
import { count, plural } from './format.js';
import { option } from './options.js';
import { during, isTerminal, Progress } from './progress.js';
import { Stop } from './stop.js';
import { prepareTargets } from './targets.js';
import { choice, file, integer, seed } from './values.js';
import { version } from './version.js';

interface ExperimentCommandOptions {
  set?: string[];
  list?: boolean;
  steps?: number;
  names?: string;
  seed?: number | bigint;
  jobs?: number;
  json?: string;
  report?: string;
  quiet?: boolean;
}

const setNames = experimentSets.map(({ name }) => name);
const parseSet = choice('--set', setNames);

const stepsOf = ({ experiments }: ExperimentSet): number => experiments[0].settings.steps;
const presetSteps = setNames.map((_, i) => stepsOf(experimentSets[i]));
const deepSteps = Math.min(...presetSteps);
const firstSteps = Math.max(...presetSteps);

export const experimentCommand = new Command('experiment')
  .description('The what-ifs of the lecture "makemore, part 3", as sets of runs side by side.')
  .addOption(
    new Option(
      '--set <name>',
      `this set only; may be given again: ${setNames.join(', ')} (default: all)`,
    ).argParser((text: string, before: string[] = []) => [...new Set([...before, parseSet(text)])]),
  )
  .option('--list', 'list the sets and their runs')
  .addOption(
    option(
      '--steps <n>',
      `training steps of each run (default: ${deepSteps} with six layers, ${firstSteps} for init)`,
      (name) => integer(name, 1, Number.MAX_SAFE_INTEGER),
    ),
  )
  .addOption(
    option('--names <file>', 'names to learn from, UTF-8, one a line (default: 32,178 built-in ones)', file),
  )
  .addOption(
    option(
      '--seed <n>',
      `torch’s seed of the parameters and the minibatches (default: ${experimentSets[0].experiments[0].settings.seed})`,
      seed,
    ),
  )
  .addOption(
    option('--jobs <n>', 'runs at a time, with the same results (default: as many as cores)', (name) =>
      integer(name, 1, 1024),
    ),
  )
  .addOption(option('--json <file>', 'write the records of all runs to this file', file))
  .addOption(option('--report <file>', 'write the report, one HTML file with the charts of all sets', file))
  .option('--quiet', 'print the tables only')
  .helpOption('-h, --help', 'show this help')
  .addHelpText(
    'after',
    `
Examples:
  lanewise experiment --set gain               does the gain of 5/3 matter?
  lanewise experiment --set gain --set gain-batchnorm
  lanewise experiment --json runs.json         all sets, with all their numbers
  lanewise experiment --report runs.html       … with their losses and layers as charts, and what to read in them

Exit codes:
  0    done; a run whose loss became NaN or infinite is a result
  1    a run could not be made
  2    an option or a file cannot be used
  130  stopped by Ctrl-C (other signals: 128 + their number)
A command that was stopped writes the records, and the report, of the runs that were finished.`,
  )
  .action(experiment);

async function experiment(options: ExperimentCommandOptions, command: Command): Promise<void> {
  const { json, report, quiet = false, jobs = availableParallelism() } = options;
  if (command.args.length > 0)
    throw new UsageError(
      `experiment: expected options only, got '${command.args[0]}'; a set is given as --set <name>`,
    );
  const chosen = options.set ?? setNames;
  const sets = chosen.flatMap((name) => experimentSets.filter((set) => set.name === name));
  if (options.list) {
    list(sets);
    return;
  }
  const [, target, page] = await prepareTargets([
    { option: '--names', path: options.names, input: true },
    { option: '--json', path: json },
    { option: '--report', path: report },
  ]);
  const { names: given } = options;
  const { names, vocabularySize } = await during('reading the names', !quiet && isTerminal(), async () => {
    const list = given === undefined ? await builtInNames() : await readNames(given);
    return { names: list, vocabularySize: expectSplits(list) };
  });
  const planned = sets.map((set) => withGiven(set, options));
  const { results, stopped } = await runAndPrint(planned, names, jobs, quiet);
  if (target) {
    const there = await target.write(recordOf(planned, results, names));
    if (there && !quiet) console.log(`\n${pc.dim('record')} ${printable(json ?? '')}`);
  }
  if (page) {
    // Charts are large, and most runs want none.
    const { renderExperiments } = await import('lanewise/charts');
    const data = experimentsData({ sets: planned, results, names, vocabularySize, stopped });
    const there = await page.write(renderExperiments(data));
    if (there && !quiet) console.log(`${target ? '' : '\n'}${pc.dim('report')} ${printable(report ?? '')}`);
  }
}

function recordOf(sets: readonly ExperimentSet[], results: Results, names: NameList): string {
  const { sha256, source } = names;
  const runs = sets.flatMap(({ name, experiments }, s) =>
    experiments.flatMap(({ label }, i) => {
      const result = results[s][i];
      if (result === undefined) return [];
      const { record, ...measured } = result;
      return [{ set: name, label, ...record, ...measured }];
    }),
  );
  return `${JSON.stringify({ version, names: { path: source, sha256, count: names.names.length }, runs })}\n`;
}

function list(sets: readonly ExperimentSet[]): void {
  const longest = Math.max(...sets.map(({ name }) => name.length));
  for (const set of sets) {
    console.log(`${set.name.padEnd(longest)}  ${set.title}; ${count(stepsOf(set))} steps`);
    console.log(`${' '.repeat(longest)}  ${pc.dim(set.experiments.map(({ label }) => label).join(', '))}`);
  }
}

function withGiven(set: ExperimentSet, { steps, seed }: ExperimentCommandOptions): ExperimentSet {
  const given = { ...(steps !== undefined && { steps }), ...(seed !== undefined && { seed }) };
  const experiments = set.experiments.map(({ label, settings }) => ({
    label,
    settings: { ...settings, ...given },
  }));
  return { ...set, experiments };
}

type Results = (ExperimentResult | undefined)[][];

/** The results of each set's runs; those that a signal or a failed run kept from being finished are not there. */
async function runAndPrint(
  sets: readonly ExperimentSet[],
  names: NameList,
  jobs: number,
  quiet: boolean,
): Promise<{ results: Results; stopped: string | undefined }> {
  const all = sets.flatMap(({ experiments }, s) =>
    experiments.map(({ settings }, i) => ({ s, i, settings })),
  );
  const results: Results = sets.map(({ experiments }) => experiments.map(() => undefined));
  const steps = all.map(() => 0);
  let finished = 0;
  let printed = 0;
  let stopped: string | undefined;

  const stop = new Stop();
  if (!quiet) {
    const origin = names.source === 'built-in' ? 'the built-in names' : printable(names.source);
    const atATime = Math.min(jobs, all.length);
    console.log(
      `${pc.bold(`lanewise ${version}`)}  makemore, part 3: ${plural(all.length, 'run')}, ${atATime} at a time, on ${origin}`,
    );
  }
  const total = all.reduce((sum, { settings }) => sum + settings.steps, 0);
  const progress = new Progress(total, !quiet && isTerminal(), { quiet });
  const print = () => {
    for (const line of table(sets[printed], results[printed])) progress.line(line);
    printed++;
  };
  try {
    await runJobs(
      all.map(({ settings }) => ({ names, settings, version })),
      {
        jobs,
        signal: stop.signal,
        onSteps(index, made) {
          steps[index] = made;
          progress.update(steps.reduce((sum, each) => sum + each, 0));
        },
        onResult(index, result) {
          const { s, i, settings } = all[index];
          results[s][i] = result;
          steps[index] = settings.steps;
          finished++;
          // In the order of the sets, whichever is done first.
          while (printed < sets.length && results[printed].every((each) => each !== undefined)) print();
        },
      },
    );
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const { s, i } = all[error.index];
    const failed = `${sets[s].name}, ${sets[s].experiments[i].label}: ${error.message}`;
    console.error(`lanewise: ${printable(failed)}`);
    stopped = `A run could not be made. ${failed}`;
    process.exitCode = 1;
  } finally {
    while (printed < sets.length) {
      if (results[printed].some((each) => each !== undefined)) print();
      else printed++;
    }
    progress.stop();
    stop.dispose();
  }
  if (!quiet && finished > 0) for (const line of legend()) console.log(line);
  const reached = `after ${finished} of ${plural(all.length, 'run')}`;
  if (stop.code !== undefined) {
    console.error(`lanewise: ${stop.word} ${reached}`);
    process.exitCode = stop.code;
  }
  if (stop.requested)
    stopped = `The command was ${stop.word || 'ended, as its output was closed,'} ${reached}.`;
  return { results, stopped };
}
