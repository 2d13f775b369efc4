import { Command, Option } from 'commander';
import { DivergenceError } from 'lanewise';
import {
  builtInNames,
  hasBatchNorm,
  initialisations,
  lectureSettings,
  NamesError,
  Run,
  type RunSettings,
  type Splits,
} from 'lanewise/makemore';
import pc from 'picocolors';
import { reasonOf, UsageError } from './errors.js';
import { expectWritable, readNames, writeAtomically } from './files.js';
import { integer, rate, seed } from './numbers.js';
import { Progress } from './progress.js';
import { version } from './version.js';

interface TrainOptions extends RunSettings {
  net: 'mlp';
  names?: string;
  backend: 'auto' | 'wasm' | 'js';
  json?: string;
  quiet?: boolean;
}

const MOST = 2 ** 20;

export const trainCommand = new Command('train')
  .description(
    'Train the first network of the lecture "makemore, part 3" on names: evaluate it, and sample new names.',
  )
  .addOption(new Option('--net <name>', 'the network').choices(['mlp']).default('mlp'))
  .addOption(
    new Option(
      '--init <name>',
      'initial parameters: as the notebook ends, or a row of the lecture’s loss log',
    )
      .choices(initialisations)
      .default(lectureSettings.init),
  )
  .option('--names <file>', 'names to learn from, UTF-8, one a line (default: 32,178 built-in ones)')
  .option(
    '--seed <n>',
    'torch’s seed of the parameters and the minibatches',
    seed,
    lectureSettings.seed as number,
  )
  .option('--steps <n>', 'training steps', integer(0, Number.MAX_SAFE_INTEGER), lectureSettings.steps)
  .option('--batch <n>', 'examples in a step', integer(1, MOST), lectureSettings.batch)
  .option('--hidden <n>', 'units of the hidden layer', integer(1, MOST), lectureSettings.hidden)
  .option('--embedding <n>', 'numbers for a character', integer(1, MOST), lectureSettings.embedding)
  .option('--context <n>', 'characters that predict the next', integer(1, MOST), lectureSettings.context)
  .option('--lr <x>', 'learning rate', rate, lectureSettings.lr)
  .option('--lr-after <x>', 'learning rate from step --lr-drop on', rate, lectureSettings.lrAfter)
  .option(
    '--lr-drop <step>',
    'the step from which --lr-after holds',
    integer(0, Number.MAX_SAFE_INTEGER),
    lectureSettings.lrDrop,
  )
  .addOption(
    new Option('--backend <name>', 'what computes: WebAssembly SIMD or JavaScript (same bits)')
      .choices(['auto', 'wasm', 'js'])
      .default('auto'),
  )
  .option('--json <file>', 'write the record of the run')
  .option('--quiet', 'print the final losses only')
  .allowExcessArguments(false)
  .action(train);

async function train(options: TrainOptions): Promise<void> {
  const { batch, init, json, quiet = false } = options;
  if (batch < 2 && hasBatchNorm(init))
    throw new UsageError(
      `--batch ${batch}: expected at least 2 with batch norm (one row has no standard deviation); ` +
        '--init kaiming has none',
    );
  if (json !== undefined) await expectWritable('--json', json);
  const names = options.names === undefined ? await builtInNames() : await readNames(options.names);
  using run = await prepare(names, options);

  const print = (text = '') => {
    if (!quiet) console.log(text);
  };
  describe(run, print);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', onInterrupt);
  try {
    await trainWithProgress(run, interrupt.signal, quiet);
    if (!interrupt.signal.aborted) await finish(run, interrupt.signal, print);
  } catch (error) {
    if (error instanceof DivergenceError) {
      console.error(`lanewise: ${error.message}`);
      process.exitCode = 1;
    } else if (!interrupt.signal.aborted) throw error;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }

  if (interrupt.signal.aborted) {
    const { steps, lastLoss } = run.trainer;
    const reached = lastLoss === undefined ? '' : `, loss ${lastLoss.toFixed(4)}`;
    console.error(`lanewise: interrupted after ${count(steps)} of ${count(options.steps)} steps${reached}`);
    process.exitCode = 130;
  }
  if (json !== undefined) {
    try {
      await writeAtomically(json, `${JSON.stringify(run.record(version))}\n`);
      print(`${pc.dim('record')}       ${json}`);
    } catch (error) {
      throw new UsageError(`--json ${json}: could not write the record: ${reasonOf(error)}`);
    }
  }
}

async function prepare(names: Awaited<ReturnType<typeof builtInNames>>, options: TrainOptions): Promise<Run> {
  const { init, steps, batch, hidden, embedding, context, lr, lrAfter, lrDrop } = options;
  const settings = {
    init,
    seed: options.seed,
    steps,
    batch,
    hidden,
    embedding,
    context,
    lr,
    lrAfter,
    lrDrop,
  };
  try {
    return await Run.prepare(names, settings, { backend: options.backend });
  } catch (error) {
    if (error instanceof NamesError) throw new UsageError(`--names ${error.message}`);
    if (error instanceof RangeError)
      throw new UsageError(
        `--batch ${batch} --hidden ${hidden} --embedding ${embedding} --context ${context}: ${error.message}`,
      );
    if (options.backend === 'wasm' && error instanceof Error)
      throw new UsageError(`--backend wasm: ${error.message}`);
    throw error;
  }
}

/** What the lecture prints before it trains. */
function describe(run: Run, print: (text?: string) => void): void {
  const { dataset, names, core, settings } = run;
  const label = (text: string) => pc.dim(text.padEnd(12));
  const longest = names.names.reduce((most, name) => Math.max(most, [...name].length), 0);
  const from =
    names.source === 'built-in'
      ? 'built-in: US Social Security Administration, births of 2018'
      : names.lecture
        ? `${names.source}: the lecture’s own list`
        : names.source;
  print(`${pc.bold(`lanewise ${version}`)}  makemore, part 3: the first network (--init ${settings.init})`);
  print();
  print(`${label('names')} ${count(names.names.length)} (${from})`);
  if (names.blankLines > 0) print(`${label('')} ${count(names.blankLines)} blank lines skipped`);
  print(`${label('')} ${names.names.slice(0, 8).join(', ')} …; longest: ${longest} characters`);
  print(
    `${label('vocabulary')} ${dataset.vocabulary.size}: ${shorten(dataset.vocabulary.tokens.join(''), 60)}`,
  );
  for (const split of ['train', 'val', 'test'] as const) {
    const { count: examples } = dataset[split];
    print(`${label(split)} (${examples}, ${dataset.contextLength}) (${examples})`);
  }
  print(`${label('parameters')} ${run.parameters}`);
  print(
    `${label('backend')} ${core.backend === 'wasm' ? 'WebAssembly SIMD' : 'JavaScript'} (${core.reason})`,
  );
  print();
}

async function trainWithProgress(run: Run, signal: AbortSignal, quiet: boolean): Promise<void> {
  const { steps } = run.settings;
  const progress = new Progress(steps, !quiet && process.stdout.isTTY === true);
  const start = performance.now();
  try {
    await run.train({
      signal,
      onStep(step, loss) {
        if (!quiet && step % 10_000 === 0) progress.line(lossLine(step, steps, loss));
        if (step % 1000 === 0) progress.update(step, (step + 1) / ((performance.now() - start) / 1000));
      },
    });
  } finally {
    progress.stop();
  }
}

/** Losses over whole splits, the sampled names, and the speed. */
async function finish(run: Run, signal: AbortSignal, print: (text?: string) => void): Promise<void> {
  await run.evaluate({ signal });
  const { running, calibrated } = run.final as NonNullable<Run['final']>;
  print();
  const row = (what: string, losses: Splits<number>) =>
    `${pc.dim(what.padEnd(12))} train ${losses.train.toFixed(6)}  val ${losses.val.toFixed(6)}  test ${losses.test.toFixed(6)}`;
  if (running === calibrated) console.log(row('loss', running));
  else {
    console.log(row('running', running));
    console.log(row('calibrated', calibrated));
  }
  print();
  run.sample();
  for (let i = 0; i < run.samples.length; i += 5)
    print(
      `${pc.dim((i === 0 ? 'samples' : '').padEnd(12))} ${run.samples
        .slice(i, i + 5)
        .map((name) => name.padEnd(15))
        .join(' ')
        .trimEnd()}`,
    );
  print();
  const { steps } = run.trainer;
  if (steps > 0)
    print(
      `${pc.dim('speed'.padEnd(12))} ${count(steps)} steps in ${run.seconds.toFixed(1)} s: ` +
        pc.green(`${count(Math.round(steps / run.seconds))} steps/s`),
    );
}

/** As the lecture prints it: `f'{i:7d}/{max_steps:7d}: {loss.item():.4f}'`. */
const lossLine = (step: number, steps: number, loss: number): string =>
  `${String(step).padStart(7)}/${String(steps).padStart(7)}: ${Math.fround(loss).toFixed(4)}`;

const count = (n: number): string => n.toLocaleString('en');

function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`;
}
