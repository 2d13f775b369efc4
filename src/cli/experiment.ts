import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { builtInNames, type ExperimentSet, experimentSets } from 'lanewise/makemore';
import pc from 'picocolors';
import { UsageError } from './errors.js';
import { merge } from './experiment-merge.js';
import { prepareOutputs, writeOutputs } from './experiment-output.js';
import { plannedSets } from './experiment-plan.js';
import { RecordFolder } from './experiment-records.js';
import { runAndPrint } from './experiment-runs.js';
import { type Shard, shard, shardFrom } from './experiment-shard.js';
import { expectSplits, readNames } from './files.js';
import { count } from './format.js';
import { option } from './options.js';
import { during, isTerminal } from './progress.js';
import { choice, file, folder, integer, seed } from './values.js';

interface ExperimentCommandOptions {
  set?: string[];
  list?: boolean;
  steps?: number;
  names?: string;
  seed?: number | bigint;
  jobs?: number;
  json?: string;
  report?: string;
  records?: string;
  /** true: the environment says which. */
  shard?: Shard | true;
  shardCount?: number;
  merge?: string;
  partial?: boolean;
  quiet?: boolean;
}

/** Where the records of a shard are written. */
const RECORDS = 'records';

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
  .optionsGroup('On many machines:')
  .addOption(
    option(
      '--records <folder>',
      'write the record of each run here once it is done; a run whose record is there is not made again ' +
        `(default: none, ${RECORDS} with --shard)`,
      folder,
    ),
  )
  .addOption(
    new Option(
      '--shard [i/n]',
      'make only the runs of the i-th of n shards, from 1/n to n/n; without i/n the environment says which: ' +
        'SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX (Kubernetes)',
    ).argParser(shard),
  )
  .addOption(
    option('--shard-count <n>', 'n, where the environment does not say it', (name) =>
      integer(name, 1, Number.MAX_SAFE_INTEGER),
    ),
  )
  .addOption(
    option(
      '--merge <folder>',
      'make nothing: tables, --json and --report of the records of all shards',
      folder,
    ),
  )
  .option('--partial', 'with --merge: also where runs have no record')
  .helpOption('-h, --help', 'show this help')
  .addHelpText(
    'after',
    `
Examples:
  lanewise experiment --set gain               does the gain of 5/3 matter?
  lanewise experiment --set gain --set gain-batchnorm
  lanewise experiment --json runs.json         all sets, with all their numbers
  lanewise experiment --report runs.html       … with their losses and layers as charts, and what to read in them
  lanewise experiment --shard 2/7              a seventh of the runs, to records/
  lanewise experiment --merge records --report runs.html

Exit codes:
  0    done; a run whose loss became NaN or infinite is a result
  1    a run could not be made
  2    an option or a file cannot be used; with --merge, a run has no record
  130  stopped by Ctrl-C (other signals: 128 + their number)
A command that was stopped writes the records, and the report, of the runs that were finished; with --records or --shard,
given again, it makes the others.`,
  )
  .action(experiment);

async function experiment(options: ExperimentCommandOptions, command: Command): Promise<void> {
  if (command.args.length > 0)
    throw new UsageError(
      `experiment: expected options only, got '${command.args[0]}'; a set is given as --set <name>`,
    );
  expectTogether(options, command);
  if (options.merge !== undefined) return merge(options.merge, options);
  const { set: chosen = setNames, steps, seed, jobs = availableParallelism(), quiet = false } = options;
  const sets = plannedSets({ sets: chosen, steps, seed });
  if (options.list) return list(sets);
  const shard = shardOf(options);
  const outputs = await prepareOutputs(options, [{ option: '--names', path: options.names, input: true }]);
  const { names, vocabularySize } = await during('reading the names', !quiet && isTerminal(), async () => {
    const list = options.names === undefined ? await builtInNames() : await readNames(options.names);
    return { names: list, vocabularySize: expectSplits(list) };
  });
  const folder = options.records ?? (shard && RECORDS);
  const basis = { steps: steps ?? null, seed: seed === undefined ? null : String(seed), names: names.sha256 };
  const records = folder === undefined ? undefined : await RecordFolder.open(folder, basis, chosen);
  const { results, nodes, stopped } = await runAndPrint({ sets, names, jobs, quiet, shard, records });
  const { source: path, sha256 } = names;
  const experiments = {
    sets,
    results,
    names: { path, sha256, count: names.names.length },
    vocabularySize,
    nodes,
    stopped,
  };
  await writeOutputs(outputs, experiments, options);
}

/** Errors: UsageError for options of which one leaves nothing to say for the other. */
function expectTogether(options: ExperimentCommandOptions, command: Command): void {
  const refuse = (names: readonly (keyof ExperimentCommandOptions)[], what: string) => {
    for (const name of names)
      if (options[name] !== undefined) {
        const flag = command.options.find((each) => each.attributeName() === name)?.long;
        throw new UsageError(`${flag}: expected ${what}`);
      }
  };
  if (options.merge !== undefined)
    refuse(
      ['set', 'list', 'steps', 'names', 'seed', 'jobs', 'records', 'shard', 'shardCount'],
      'no --merge, which has it from the records',
    );
  else refuse(['partial'], '--merge <folder>, whose runs are not all there');
  if (options.shard !== undefined)
    refuse(['json', 'report'], 'no --shard; --merge <folder> writes it of all');
  if (options.shard !== true) refuse(['shardCount'], '--shard without a value');
}

const shardOf = ({ shard, shardCount }: ExperimentCommandOptions): Shard | undefined =>
  shard === true ? shardFrom(process.env, shardCount) : shard;

function list(sets: readonly ExperimentSet[]): void {
  const longest = Math.max(...sets.map(({ name }) => name.length));
  for (const set of sets) {
    console.log(`${set.name.padEnd(longest)}  ${set.title}; ${count(stepsOf(set))} steps`);
    console.log(`${' '.repeat(longest)}  ${pc.dim(set.experiments.map(({ label }) => label).join(', '))}`);
  }
}
