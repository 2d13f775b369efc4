import { setImmediate } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { Generator, load, printable } from 'lanewise';
import { loadNetwork, Sampler } from 'lanewise/makemore';
import { checkpointArgument, readSavedRun, refusing } from './checkpoint.js';
import { UsageError } from './errors.js';
import { option } from './options.js';
import { Stop } from './stop.js';
import { integer, seed } from './values.js';

interface SampleOptions {
  count: number;
  seed?: number | bigint;
}

export const sampleCommand = new Command('sample')
  .description('Draws new names with the network of a checkpoint, one a line.')
  .argument('[file]', 'a checkpoint of lanewise train --save')
  .addOption(new Option('-n, --count <n>', 'how many names').argParser(integer('-n', 0, 1e9)).default(20))
  .addOption(
    option(
      '--seed <n>',
      'torch’s seed of the draws (default: as at the end of the run: its own seed + 10)',
      seed,
    ),
  )
  .helpOption('-h, --help', 'show this help')
  .addHelpText(
    'after',
    `
Examples:
  lanewise train --save net.safetensors
  lanewise sample net.safetensors             the names that the run ended with
  lanewise sample net.safetensors -n 5 --seed 1`,
  )
  .action(sample);

/** Milliseconds of names between two visits to the event loop. */
const SLICE = 16;

async function sample(file: string | undefined, options: SampleOptions, command: Command): Promise<void> {
  const path = checkpointArgument('sample', file, command);
  const saved = await readSavedRun(path);
  const core = await load();
  const stop = new Stop();
  try {
    const sampler = new Sampler({
      core,
      model: refusing(() => loadNetwork(core, saved)),
      vocabulary: saved.vocabulary,
      contextLength: saved.settings.context,
      generator: new Generator(options.seed ?? saved.samplingSeed),
    });
    const { boundary } = saved.vocabulary;
    let until = performance.now() + SLICE;
    for (let left = options.count; left > 0 && !stop.requested; left--) {
      // The boundary that ends a name is the line's end here; it is no character of a name.
      const [name] = sampler.names(1);
      console.log(printable(name.replace(boundary, '')));
      if (performance.now() < until) continue;
      await setImmediate();
      until = performance.now() + SLICE;
    }
    if (stop.code !== undefined) process.exitCode = stop.code;
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(`${path}: expected a network that can draw names, got: ${error.message}`);
    throw error;
  } finally {
    stop.dispose();
    core.dispose();
  }
}
