import { Command, Option } from 'commander';
import { initialisations, lectureSettings, type RunSettings } from 'lanewise/makemore';
import { choice, file, integer, rate, seed } from './values.js';

export interface TrainOptions extends RunSettings {
  net: 'mlp';
  names?: string;
  backend: 'auto' | 'wasm' | 'js';
  json?: string;
  quiet?: boolean;
}

/** Most of any size; most steps. */
const SIZE = 2 ** 20;
const STEPS = Number.MAX_SAFE_INTEGER;

const { steps, batch, hidden, embedding, context, lr, lrAfter, lrDrop, ...lecture } = lectureSettings;

/** `flags` is `--name <value>`; the parser is told the name. */
function option(flags: string, text: string, parser: (name: string) => (text: string) => unknown): Option {
  return new Option(flags, text).argParser(parser(flags.split(' ')[0]));
}

function choices(flags: string, text: string, among: readonly string[], preset: string): Option {
  return option(flags, `${text}: ${among.join(', ')}`, (name) => choice(name, among)).default(preset);
}

function size(flags: string, text: string, low: number, high: number, preset: number): Option {
  return option(flags, text, (name) => integer(name, low, high)).default(preset);
}

export const trainCommand = new Command('train')
  .description(
    'Trains the first network of the lecture "makemore, part 3" on names, evaluates it and samples new names.',
  )
  .optionsGroup('Network:')
  .addOption(choices('--net <name>', 'the network', ['mlp'], 'mlp'))
  .addOption(
    choices(
      '--init <name>',
      'initial parameters, as the notebook ends or as in a row of its loss log',
      initialisations,
      lecture.init,
    ),
  )
  .addOption(size('--hidden <n>', 'units of the hidden layer', 1, SIZE, hidden))
  .addOption(size('--embedding <n>', 'numbers for a character', 1, SIZE, embedding))
  .addOption(size('--context <n>', 'characters that predict the next', 1, SIZE, context))
  .optionsGroup('Training:')
  .addOption(
    option('--names <file>', 'names to learn from, UTF-8, one a line (default: 32,178 built-in ones)', file),
  )
  .addOption(
    option('--seed <n>', 'torch’s seed of the parameters and the minibatches', seed).default(lecture.seed),
  )
  .addOption(size('--steps <n>', 'training steps', 0, STEPS, steps))
  .addOption(size('--batch <n>', 'examples in a step', 1, SIZE, batch))
  .addOption(option('--lr <x>', 'learning rate', rate).default(lr))
  .addOption(option('--lr-after <x>', 'learning rate from step --lr-drop on', rate).default(lrAfter))
  .addOption(size('--lr-drop <step>', 'step from which --lr-after holds', 0, STEPS, lrDrop))
  .addOption(
    choices(
      '--backend <name>',
      'WebAssembly SIMD or JavaScript, with the same results',
      ['auto', 'wasm', 'js'],
      'auto',
    ),
  )
  .optionsGroup('Output:')
  .addOption(option('--json <file>', 'write the record of the run to this file', file))
  .option('--quiet', 'print the final losses only')
  .helpOption('-h, --help', 'show this help')
  .addHelpText(
    'after',
    `
Examples:
  lanewise train                                the lecture’s run, on the built-in names
  lanewise train --names names.txt --json run.json
  lanewise train --init original --steps 20000  how the lecture begins
  lanewise train --backend js --steps 1000      without WebAssembly

Exit codes:
  0    done
  1    the loss became NaN or infinite
  2    an option or a file cannot be used
  130  stopped by Ctrl-C (other signals: 128 + their number)
A run that was stopped or became NaN writes the record of what it did.`,
  );
