import { Command } from 'commander';
import { DivergenceError, printable } from 'lanewise';
import { builtInNames, type Cell, cells, Lecture, type NameList, type Row } from 'lanewise/makemore';
import pc from 'picocolors';
import { UsageError } from './errors.js';
import { JobError } from './experiment-pool.js';
import { expectSplits, readNames } from './files.js';
import { type LossLogRow, lossLog, lossLogRows } from './loss-log.js';
import { option } from './options.js';
import { ofMemory } from './prepare-run.js';
import { during, isTerminal, Stages } from './progress.js';
import { Stop } from './stop.js';
import { prepareTargets } from './targets.js';
import { choice, file, integer } from './values.js';
import { version } from './version.js';

interface LectureOptions {
  cell?: string;
  list?: boolean;
  names?: string;
  steps?: number;
  json?: string;
  report?: string;
}

export const lectureCommand = new Command('lecture')
  .description(
    'Runs the notebook of the lecture "makemore, part 3" from top to bottom: what each cell prints, beside what the ' +
      'notebook printed.',
  )
  .addOption(
    option('--cell <name>', 'this cell only', (name) =>
      choice(
        name,
        cells.map((cell) => cell.name),
      ),
    ),
  )
  .option('--list', 'list the cells')
  .addOption(
    option('--names <file>', 'names to learn from, UTF-8, one a line (default: 32,178 built-in ones)', file),
  )
  .addOption(
    option(
      '--steps <n>',
      "steps of the first network, and of each row of the loss log (default: 200,000, as the lecture's)",
      (name) => integer(name, 1, 1e9),
    ),
  )
  .addOption(
    option('--json <file>', 'write what the cells print, and the records of the runs, to this file', file),
  )
  .addOption(
    option(
      '--report <file>',
      'write the report, one HTML file with every figure; without --cell it trains the loss log too',
      file,
    ),
  )
  .helpOption('-h, --help', 'show this help')
  .action(lecture);

async function lecture(options: LectureOptions, command: Command): Promise<void> {
  if (command.args.length > 0)
    throw new UsageError(`lecture: expected options only, got '${command.args[0]}'`);
  if (options.list) {
    const longest = Math.max(...cells.map(({ name }) => name.length));
    for (const { name, title } of cells) console.log(`${name.padEnd(longest)}  ${title}`);
    return;
  }
  const [, target, page] = await prepareTargets([
    { option: '--names', path: options.names, input: true },
    { option: '--json', path: options.json },
    { option: '--report', path: options.report },
  ]);
  const { names: given } = options;
  const names = await during('reading the names', isTerminal(), () =>
    given === undefined ? builtInNames() : readNames(given),
  );
  expectSplits(names);
  const chosen = cells.filter(({ name }) => options.cell === undefined || options.cell === name);
  const stop = new Stop();
  const waiting = new Stages(isTerminal());
  const notebook = new Lecture(names, {
    ...(options.steps !== undefined && { steps: options.steps }),
    signal: stop.signal,
    onProgress: (what, step, steps) => waiting.update(what, step, steps),
  });
  let log: LossLogRow[] | undefined;
  const results: (Omit<Cell, 'run'> & { rows: Row[] })[] = [];
  const show = (name: string, title: string, rows: Row[]) => {
    waiting.clear();
    print(name, title, rows);
    results.push({ name, title, rows });
  };
  /** Does a part of it, or says why that could not be done. Resolves to whether it was. */
  const attempt = async (what: () => string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      waiting.clear();
      if (!stop.requested) explain(what(), names, error);
      // An output that takes no more has been spoken of, or needs no word.
      else if (stop.code !== undefined) {
        console.error(`lanewise: ${stop.word} after ${results.length} of ${chosen.length} cells`);
        process.exitCode = stop.code;
      }
      return false;
    }
  };
  try {
    console.log(`${pc.bold(`lanewise ${version}`)}  makemore, part 3: the notebook, on ${origin(notebook)}`);
    const whole = await attempt(
      () => chosen[results.length]?.name ?? 'loss-log',
      async () => {
        for (const { name, title, run } of chosen) show(name, title, await run(notebook));
        if (page && options.cell === undefined) {
          log = await lossLog(notebook, stop.signal, (step, of) => waiting.update('the loss log', step, of));
          stop.signal.throwIfAborted();
          const title = 'The loss log: the first network from five initialisations, over whole splits';
          show('loss-log', title, lossLogRows(log));
        }
        printTotal(results.flatMap(({ rows }) => rows));
      },
    );
    await target?.write(`${JSON.stringify({ ...(await notebook.record(version)), cells: results })}\n`);
    if (page && !whole && !stop.requested)
      console.error(
        `lanewise: --report ${printable(options.report ?? '')}: not written, of a notebook that broke off`,
      );
    if (page && whole)
      await attempt(
        () => `--report ${options.report}: could not make the report`,
        async () => {
          // Charts are large, and most runs want none.
          const [{ renderReport }, { reportOf }] = await Promise.all([
            import('lanewise/charts'),
            import('./lecture-report.js'),
          ]);
          // Of what no cell has asked for, it trains the rest.
          const data = await reportOf(notebook, log);
          waiting.clear();
          const there = await page.write(renderReport(data));
          if (there) console.log(`\n${pc.dim('report')}  ${printable(options.report ?? '')}`);
        },
      );
  } finally {
    stop.dispose();
    await notebook.dispose();
  }
}

/** Says why a part of the lecture could not be done, where that lies in the names; else it is a mistake of ours. */
function explain(what: string, { source }: NameList, error: unknown): void {
  if (error instanceof DivergenceError || error instanceof JobError) process.exitCode ||= 1;
  else if (error instanceof RangeError && ofMemory(error)) process.exitCode = 2;
  else throw error;
  const because =
    error instanceof RangeError
      ? `--names ${source}: expected names whose networks take at most 2 GiB, got larger ones (${error.message})`
      : error.message;
  console.error(`lanewise: ${printable(`${what}: ${because}`)}`);
}

function origin({ names, printed }: Lecture): string {
  if (names.lecture) return 'the lecture’s own names';
  if (printed) return 'the built-in names (beside it: the notebook run with PyTorch 1.13 on the same)';
  return `${printable(names.source)} (no notebook to compare with)`;
}

/** A cell as a table: what, here, in the notebook, and whether they agree. */
function print(name: string, title: string, rows: Row[]): void {
  console.log(`\n${pc.bold(title)} ${pc.dim(`(${name})`)}`);
  const widest = (texts: string[]) => Math.max(0, ...texts.map((each) => [...each].length));
  const label = widest(rows.map((row) => row.label));
  const compared = rows.filter((row) => row.notebook !== undefined);
  const ours = widest(['lanewise', ...compared.flatMap((row) => [row.ours, row.notebook as string])]);
  if (compared.length > 0)
    console.log(pc.dim(`  ${' '.repeat(label)}  ${'lanewise'.padStart(ours)}  ${'notebook'.padStart(ours)}`));
  for (const row of rows) {
    const start = `  ${printable(row.label).padEnd(label)}  `;
    if (row.notebook === undefined) console.log(start + printable(row.ours));
    else {
      const mark = row.agrees ? pc.green('✓') : pc.red('✗ differs');
      console.log(
        `${start}${printable(row.ours).padStart(ours)}  ${pc.dim(row.notebook.padStart(ours))}  ${mark}`,
      );
    }
  }
}

function printTotal(rows: Row[]): void {
  const compared = rows.filter(({ agrees }) => agrees !== undefined);
  if (compared.length === 0) return;
  const agree = compared.filter(({ agrees }) => agrees).length;
  const text = `${agree} of ${compared.length} values agree with the notebook`;
  console.log(`\n${agree === compared.length ? pc.green(text) : pc.red(text)}`);
}
