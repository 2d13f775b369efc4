import { realpath } from 'node:fs/promises';
import type { Command } from 'commander';
import { CheckpointError, DivergenceError } from 'lanewise';
import {
  builtInNames,
  lectureSettings,
  type NameList,
  NamesError,
  normalises,
  Run,
  type RunSettings,
  type SavedRun,
} from 'lanewise/makemore';
import { readSavedRun, resumedNames, resumedSettings } from './checkpoint.js';
import { UsageError } from './errors.js';
import { prepareTarget, readNames, type Target } from './files.js';
import { settingsOf, type TrainOptions } from './options.js';
import { Progress } from './progress.js';
import { closing, finalLosses, heading, lossLine, reached, saved as savedLine, written } from './report.js';
import { Stop } from './stop.js';
import { version } from './version.js';

/** The action of `lanewise train`. */
export async function train(options: TrainOptions, command: Command): Promise<void> {
  const { json, quiet = false, save, saveEvery, resume } = options;
  if (command.args.length > 0)
    throw new UsageError(
      `train: expected options only, got '${command.args[0]}'; a list of names is given as --names <file>`,
    );
  const saved = resume === undefined ? undefined : await readSavedRun(resume, `--resume ${resume}`);
  const settings = saved ? resumedSettings(saved, options, command) : settingsOf(options);
  const { batch, net } = settings;
  if (batch < 2 && normalises(settings))
    throw new UsageError(
      `--batch ${batch}: expected at least 2 with batch norm (one row has no standard deviation), got ${batch}; ` +
        `${net === 'mlp' ? '--init kaiming has none' : '--no-batch-norm leaves it out'}`,
    );
  // A run that goes on reads its names from where they were.
  const read = options.names ?? (saved?.names.path === 'built-in' ? undefined : saved?.names.path);
  const target = json === undefined ? undefined : await prepareTarget(json, read);
  const checkpoint = save === undefined ? undefined : await prepareTarget(save, read, '--save');
  if (saveEvery !== undefined && checkpoint === undefined)
    throw new UsageError(`--save-every ${saveEvery}: expected --save <file> with it, got none`);
  if (target && target.path === checkpoint?.path)
    throw new UsageError(`--json ${json}: expected another file than that of --save`);
  if (target && resume !== undefined && target.path === (await realpath(resume)))
    throw new UsageError(`--json ${json}: expected another file than that of --resume`);
  const names = saved ? await resumedNames(saved, options) : await readGiven(options.names);
  const run = await prepare(names, settings, options, saved);
  const stop = new Stop();
  try {
    await trainEvaluateAndSample(run, stop, { quiet, resume, saveEvery, checkpoint });
    if (save !== undefined && run.stopped !== 'diverged' && !quiet) console.log(savedLine(save));
    if (target && json !== undefined) {
      await target.write(`${JSON.stringify(run.record(version))}\n`);
      if (!quiet) console.log(written(json));
    }
  } finally {
    stop.dispose();
    run.dispose();
  }
}

interface How {
  quiet: boolean;
  /** The checkpoint that the run goes on from. */
  resume: string | undefined;
  saveEvery: number | undefined;
  checkpoint: Target | undefined;
}

const readGiven = (path: string | undefined): Promise<NameList> =>
  path === undefined ? builtInNames() : readNames(path);

/** Says on stderr, and by the exit code, how the run ended where that was not at its end. */
async function trainEvaluateAndSample(run: Run, stop: Stop, how: How): Promise<void> {
  const { quiet } = how;
  const print = (lines: string[]) => {
    if (!quiet) for (const line of lines) console.log(line);
  };
  print(heading(run, how.resume));
  try {
    await trainWithProgress(run, stop.signal, how);
    if (!stop.requested) {
      await evaluate(run, stop.signal, quiet);
      if (run.settings.steps > 0) print(['']);
      for (const line of finalLosses(run)) console.log(line);
      run.sample();
      print(closing(run));
    }
  } catch (error) {
    if (error instanceof DivergenceError) {
      console.error(`lanewise: ${error.message}`);
      process.exitCode = 1;
    } else if (!stop.requested || error instanceof UsageError) throw error;
  }
  if (stop.code !== undefined) {
    console.error(`lanewise: ${stop.word} ${reached(run)}`);
    process.exitCode = stop.code;
  }
}

async function prepare(
  names: NameList,
  settings: RunSettings,
  { backend, arithmetic }: TrainOptions,
  saved?: SavedRun,
): Promise<Run> {
  expectRoom(names, settings.context);
  try {
    if (saved) return await Run.resume(names, saved, { backend, arithmetic, steps: settings.steps });
    return await Run.prepare(names, settings, { backend, arithmetic });
  } catch (error) {
    if (error instanceof CheckpointError) throw new UsageError(error.message);
    if (error instanceof NamesError) throw new UsageError(`--names ${error.message}`);
    if (error instanceof RangeError) throw tooLarge(settings, error.message);
    if (backend === 'wasm' && error instanceof Error)
      throw new UsageError(`--backend wasm: ${error.message}`);
    throw error;
  }
}

/** Refuses what would take more memory than a machine may have, before the first byte of it is taken. */
function expectRoom({ names }: NameList, context: number): void {
  const examples = names.reduce((sum, name) => sum + name.length + 1, 0);
  const bytes = examples * context * 4;
  if (bytes > 2 ** 31)
    throw new UsageError(
      `--context ${context}: expected examples of at most 2 GiB, got ${(bytes / 2 ** 30).toFixed(1)} GiB`,
    );
}

const SIZES = ['batch', 'hidden', 'embedding', 'context'] as const;

/** Blames the size that is the most times larger than the lecture's. */
function tooLarge(settings: RunSettings, got: string): UsageError {
  const times = (size: (typeof SIZES)[number]) => settings[size] / lectureSettings[size];
  const worst = SIZES.reduce((most, size) => (times(size) > times(most) ? size : most));
  return new UsageError(
    `--${worst} ${settings[worst]}: expected a network of at most 2 GiB, got a larger one (${got})`,
  );
}

const isSound = (run: Run): boolean =>
  run.model.parameters().every(({ value }) => value.toArray().every(Number.isFinite));

async function trainWithProgress(
  run: Run,
  signal: AbortSignal,
  { quiet, saveEvery, checkpoint }: How,
): Promise<void> {
  const { steps } = run.settings;
  const progress = new Progress(steps, !quiet && isTerminal(), run.trainer.steps);
  try {
    do {
      const made = run.trainer.steps;
      await run.train({
        signal,
        until: saveEvery === undefined ? steps : made - (made % saveEvery) + saveEvery,
        onStep(step, loss) {
          if (!quiet && step % 10_000 === 0) progress.line(lossLine(step, steps, loss));
          progress.update(step + 1);
        },
      });
      // A network that is beyond repair does not take the place of the last good one.
      if (checkpoint && isSound(run)) await checkpoint.write(run.save());
    } while (run.trainer.steps < steps && !signal.aborted);
  } finally {
    progress.stop();
  }
}

async function evaluate(run: Run, signal: AbortSignal, quiet: boolean): Promise<void> {
  const shown = !quiet && isTerminal();
  if (shown) process.stdout.write('evaluating …');
  try {
    await run.evaluate({ signal });
  } finally {
    if (shown) process.stdout.write('\r\x1b[K');
  }
}

const isTerminal = (): boolean => process.stdout.isTTY === true && process.env.TERM !== 'dumb';
