import { printable } from 'lanewise';
import { type ExperimentResult, type ExperimentSet, experimentSets } from 'lanewise/makemore';
import pc from 'picocolors';
import { UsageError } from './errors.js';
import { type OutputOptions, prepareOutputs, writeOutputs } from './experiment-output.js';
import { inWords, plannedRuns, plannedSets } from './experiment-plan.js';
import {
  type Basis,
  basisOf,
  choiceOf,
  type Found,
  otherwise,
  type RunRecordFile,
  readRecords,
} from './experiment-records.js';
import { legend, table } from './experiment-report.js';
import { plural } from './format.js';
import { version } from './version.js';

export interface MergeOptions extends OutputOptions {
  /** Runs may have no record. */
  partial?: boolean;
}

/**
 * Makes of a folder of records what the command that makes all its runs would print and write. Records that do not
 * belong together and, unless `partial`, runs without a whole one: each is named on stderr, exit code 2, and nothing is
 * written.
 */
export async function merge(folder: string, options: MergeOptions): Promise<void> {
  const { quiet = false, partial = false } = options;
  const found = await readRecords(folder, '--merge');
  const inputs = found.map(({ path }) => ({ option: '--merge', path, input: true }));
  const outputs = await prepareOutputs(options, inputs);
  const { kept, refused, damaged } = sorted(found);
  for (const problem of [...refused, ...damaged]) console.error(`lanewise: ${printable(problem)}`);
  const [first] = kept.values();
  if (first === undefined)
    throw new UsageError(`--merge ${folder}: expected records of runs, *.run.json, got no whole one`);
  const sets = plannedSets({ ...choiceOf(first), sets: allSets([...kept.values()]) });
  const planned = plannedRuns(sets);
  const missing = planned.map(inWords).filter((run) => !kept.has(run));
  const reached = `${planned.length - missing.length} of ${plural(planned.length, 'run')}`;
  if (missing.length > 0) {
    const hint = partial ? '' : ' (--partial makes do with them)';
    const less = `expected the record of each run, got ${reached}${hint}; without: ${missing.join('; ')}`;
    console.error(`lanewise: ${printable(`--merge ${folder}: ${less}`)}`);
  }
  if (refused.length > 0 || (missing.length > 0 && !partial)) {
    process.exitCode = 2;
    return;
  }

  const results = sets.map((): (ExperimentResult | undefined)[] => []);
  for (const run of planned) results[run.s][run.i] = kept.get(inWords(run))?.result;
  const { names, vocabulary } = first.result.record;
  if (!quiet) {
    const origin = names.path === 'built-in' ? 'the built-in names' : printable(names.path);
    const runs = missing.length === 0 ? plural(planned.length, 'run') : reached;
    const where = printable(folder);
    console.log(
      `${pc.bold(`lanewise ${version}`)}  makemore, part 3: ${runs}, recorded in ${where}, on ${origin}`,
    );
  }
  sets.forEach((set, s) => {
    if (results[s].some((result) => result !== undefined))
      for (const line of table(set, results[s])) console.log(line);
  });
  if (!quiet) for (const line of legend()) console.log(line);
  const experiments = {
    sets,
    results,
    names,
    vocabularySize: vocabulary.length,
    nodes: [...kept.values()].map(({ node }) => node),
    stopped: missing.length === 0 ? undefined : `There are records of ${reached}.`,
  };
  await writeOutputs(outputs, experiments, options);
}

interface Sorted {
  /** One record of each run, by `inWords`. */
  kept: Map<string, RunRecordFile>;
  /** What keeps the records from being merged, and those that are not whole, as messages. */
  refused: string[];
  damaged: string[];
}

function sorted(found: readonly Found[]): Sorted {
  const basis = usual(found);
  const kept = new Map<string, RunRecordFile>();
  const paths = new Map<string, string>();
  const refused: string[] = [];
  const damaged: string[] = [];
  for (const each of found) {
    const difference = otherwise(each, basis);
    if (each.kind === 'damaged') damaged.push(`${each.path}: expected a whole record, got ${each.reason}`);
    else if (difference !== undefined) refused.push(`${each.path}: ${difference}`);
    else if (each.kind === 'whole') {
      const run = inWords(each.kept);
      const before = kept.get(run);
      if (before === undefined) {
        kept.set(run, each.kept);
        paths.set(run, each.path);
      } else if (measured(before) !== measured(each.kept))
        refused.push(
          `${each.path}: expected the numbers of ${paths.get(run)}, which is the same run (${run}), got others`,
        );
    }
  }
  return { kept, refused, damaged };
}

/** What most records have in common; of as many, the first. */
function usual(found: readonly Found[]): Basis | undefined {
  const votes = new Map<string, number>();
  for (const each of found) {
    if (each.kind !== 'whole') continue;
    const key = JSON.stringify(basisOf(each.kept));
    votes.set(key, (votes.get(key) ?? 0) + 1);
  }
  const most = Math.max(...votes.values());
  const [key] = [...votes].find(([, count]) => count === most) ?? [];
  return key === undefined ? undefined : JSON.parse(key);
}

/** All that is the same whichever machine made the run. */
function measured({ result }: RunRecordFile): string {
  const { record, ...others } = result;
  const { seconds: _, stepsPerSecond: __, backend: ___, names, ...same } = record;
  return JSON.stringify([same, names.sha256, others]);
}

/** All sets that were to be run, in the order of the longest list and then in their own. */
function allSets(records: readonly RunRecordFile[]): string[] {
  const lists = records.map(({ sets }) => sets).sort((a, b) => b.length - a.length);
  const own = experimentSets.map(({ name }: ExperimentSet) => name);
  const all = new Set(lists.flat());
  return [...new Set([...lists[0], ...own.filter((name) => all.has(name))])];
}
