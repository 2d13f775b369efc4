import { DivergenceError, printable } from 'lanewise';
import { Recorder, type Snapshot } from 'lanewise/diagnostics';
import type { Run } from 'lanewise/makemore';
import { UsageError } from './errors.js';
import { during, isTerminal, Progress, Stages } from './progress.js';
import { closing, finalLosses, heading, lossLine, reached } from './report.js';
import type { Stop } from './stop.js';
import type { Target } from './targets.js';

export interface How {
  quiet: boolean;
  /** The checkpoint that the run goes on from. */
  resume: string | undefined;
  saveEvery: number | undefined;
  checkpoint: Target | undefined;
  /** Records what a report shows. */
  seen: Seen | undefined;
}

/** What is seen of a run while it trains. */
export class Seen {
  readonly recorder: Recorder;
  /** After the last step, or the forward that diverged; undefined where there was none. */
  last: Snapshot | undefined;

  constructor(run: Run) {
    this.recorder = new Recorder(run.trainer);
  }
}

/**
 * Says on stderr, and by the exit code, how the run ended where that was not at its end. Resolves to whether the last
 * state of a sound network is in the checkpoint.
 */
export async function trainEvaluateAndSample(run: Run, stop: Stop, how: How): Promise<boolean> {
  const { quiet } = how;
  const print = (lines: string[]) => {
    if (!quiet) for (const line of lines) console.log(line);
  };
  print(heading(run, how.resume));
  let saved = false;
  try {
    saved = await trainWithProgress(run, stop.signal, how);
    if (!stop.requested) {
      await evaluate(run, stop.signal, quiet);
      if (run.settings.steps > 0) print(['']);
      for (const line of finalLosses(run)) console.log(line);
      await during('drawing names', !quiet && isTerminal(), () => run.sample());
      print(closing(run));
    }
  } catch (error) {
    if (error instanceof DivergenceError) {
      console.error(`lanewise: ${printable(error.message)}`);
      process.exitCode ||= 1;
    } else if (!stop.requested || error instanceof UsageError) throw error;
  }
  if (stop.code !== undefined) {
    console.error(`lanewise: ${stop.word} ${reached(run)}`);
    process.exitCode = stop.code;
  }
  return saved && run.stopped !== 'diverged';
}

const isSound = (run: Run): boolean =>
  run.model.parameters().every(({ value }) => value.toArray().every(Number.isFinite));

async function trainWithProgress(
  run: Run,
  signal: AbortSignal,
  { quiet, saveEvery, checkpoint, seen }: How,
): Promise<boolean> {
  const { steps } = run.settings;
  const begun = run.trainer.steps;
  let saved = false;
  const progress = new Progress(steps, !quiet && isTerminal(), { from: begun, quiet });
  try {
    do {
      const made = run.trainer.steps;
      await run.train({
        signal,
        until: saveEvery === undefined ? steps : made - (made % saveEvery) + saveEvery,
        onStep(step, loss) {
          if (!quiet && step % 10_000 === 0) progress.line(lossLine(step, steps, loss));
          progress.update(step + 1);
          seen?.recorder.onStep(step, loss);
        },
      });
      // A network that is beyond repair does not take the place of the last good one.
      saved = checkpoint !== undefined && isSound(run) && (await checkpoint.write(run.save()));
    } while (run.trainer.steps < steps && !signal.aborted);
    return saved;
  } finally {
    progress.stop();
    // What an evaluation leaves in the layers is another's.
    if (seen && (run.trainer.steps > begun || run.divergence)) seen.last = seen.recorder.snapshot();
  }
}

async function evaluate(run: Run, signal: AbortSignal, quiet: boolean): Promise<void> {
  const stages = new Stages(!quiet && isTerminal(), { quiet });
  try {
    await run.evaluate({ signal, onProgress: (...how) => stages.update(...how) });
  } finally {
    stages.clear();
  }
}
