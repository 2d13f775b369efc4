import { Command, Option } from 'commander';
import {
  type ActivationName,
  activationNames,
  type DeepSettings,
  deepSettings,
  type Initialisation,
  initialisations,
  lectureSettings,
  type MlpSettings,
  type RunSettings,
} from 'lanewise/makemore';
import { UsageError } from './errors.js';
import { choice, file, gains, integer, rate, seed } from './values.js';

/** What was given; what was not has the network's own value. */
export interface TrainOptions {
  net: 'mlp' | 'deep';
  init?: Initialisation;
  depth?: number;
  activation?: ActivationName;
  gain?: number | number[];
  batchNorm: boolean;
  bias?: true;
  hidden?: number;
  embedding?: number;
  context?: number;
  names?: string;
  seed?: number | bigint;
  steps?: number;
  batch?: number;
  lr?: number;
  lrAfter?: number;
  lrDrop?: number;
  backend: 'auto' | 'wasm' | 'js';
  arithmetic: 'deterministic' | 'relaxed';
  json?: string;
  report?: string;
  save?: string;
  saveEvery?: number;
  resume?: string;
  quiet?: boolean;
}

/** The settings that the options make. Errors: UsageError for an option of the other network. */
export function settingsOf(options: TrainOptions): RunSettings {
  const { net, init, depth, activation, gain, batchNorm, bias } = options;
  const refuse = (given: Record<string, unknown>, other: string) => {
    for (const [flag, value] of Object.entries(given))
      if (value !== undefined) throw new UsageError(`${flag}: expected --net ${other}, got --net ${net}`);
  };
  const off = batchNorm ? undefined : false;
  if (net === 'mlp') {
    refuse({ '--depth': depth, '--activation': activation, '--gain': gain }, 'deep');
    refuse({ '--no-batch-norm': off, '--bias': bias }, 'deep');
    return { ...given(lectureSettings, options), net, init: init ?? lectureSettings.init };
  }
  refuse({ '--init': init }, 'mlp');
  const hidden = (depth ?? deepSettings.depth) - 1;
  if (Array.isArray(gain) && gain.length !== hidden)
    throw new UsageError(
      `--gain ${gain}: expected one number, or ${hidden}, one for each hidden layer of --depth ${hidden + 1}, ` +
        `got ${gain.length}`,
    );
  return {
    ...given(deepSettings, options),
    net,
    depth: depth ?? deepSettings.depth,
    activation: activation ?? deepSettings.activation,
    batchNorm,
    bias: bias ?? null,
    gain: gain ?? null,
    fanIn: deepSettings.fanIn,
  };
}

/** The settings that both networks have. */
function given(preset: MlpSettings | DeepSettings, options: TrainOptions) {
  return {
    seed: options.seed ?? preset.seed,
    steps: options.steps ?? preset.steps,
    batch: options.batch ?? preset.batch,
    hidden: options.hidden ?? preset.hidden,
    embedding: options.embedding ?? preset.embedding,
    context: options.context ?? preset.context,
    lr: options.lr ?? preset.lr,
    lrAfter: options.lrAfter ?? preset.lrAfter,
    lrDrop: options.lrDrop ?? preset.lrDrop,
  };
}

/** Most of any size; most steps. */
const SIZE = 2 ** 20;
const STEPS = Number.MAX_SAFE_INTEGER;

/** `flags` is `--name <value>`; the parser is told the name. */
export function option(
  flags: string,
  text: string,
  parser: (name: string) => (text: string) => unknown,
): Option {
  return new Option(flags, text).argParser(parser(flags.split(' ')[0]));
}

function choices(flags: string, text: string, among: readonly string[]): Option {
  return option(flags, `${text}: ${among.join(', ')}`, (name) => choice(name, among));
}

function size(flags: string, text: string, low: number, high: number, preset: string | number): Option {
  return option(flags, `${text} (default: ${preset})`, (name) => integer(name, low, high));
}

const first = lectureSettings;
const deep = deepSettings;

export const trainCommand = new Command('train')
  .description(
    'Trains a network of the lecture "makemore, part 3" on names, evaluates it and samples new names.',
  )
  .optionsGroup('Network:')
  .addOption(choices('--net <name>', 'the first or the six-layer network', ['mlp', 'deep']).default('mlp'))
  .addOption(
    choices(
      '--init <name>',
      `mlp: initial parameters, as the notebook ends, as in a row of its loss log, or all zero (default: ${first.init})`,
      initialisations,
    ),
  )
  .addOption(size('--hidden <n>', 'units of a hidden layer', 1, SIZE, `${first.hidden}, deep ${deep.hidden}`))
  .addOption(size('--embedding <n>', 'numbers for a character', 1, SIZE, first.embedding))
  .addOption(size('--context <n>', 'characters that predict the next', 1, SIZE, first.context))
  .addOption(size('--depth <n>', 'deep: linear layers, the last included', 1, 1000, deep.depth))
  .addOption(
    choices(
      '--activation <name>',
      `deep: after each hidden layer (default: ${deep.activation})`,
      activationNames,
    ),
  )
  .addOption(
    option(
      '--gain <x>',
      'deep: factor on the initial weights, or one for each hidden layer, as 1,5/3,2 (default: 1; 5/3 without batch norm)',
      gains,
    ),
  )
  .option('--no-batch-norm', 'deep: no batch norm behind the linear layers')
  .option('--bias', 'deep: linear layers have a bias (default: without batch norm)')
  .optionsGroup('Training:')
  .addOption(
    option('--names <file>', 'names to learn from, UTF-8, one a line (default: 32,178 built-in ones)', file),
  )
  .addOption(
    option('--seed <n>', `torch’s seed of the parameters and the minibatches (default: ${first.seed})`, seed),
  )
  .addOption(size('--steps <n>', 'training steps', 0, STEPS, first.steps))
  .addOption(size('--batch <n>', 'examples in a step', 1, SIZE, first.batch))
  .addOption(option('--lr <x>', `learning rate (default: ${first.lr})`, rate))
  .addOption(
    option('--lr-after <x>', `learning rate from step --lr-drop on (default: ${first.lrAfter})`, rate),
  )
  .addOption(
    size(
      '--lr-drop <step>',
      'step from which --lr-after holds',
      0,
      STEPS,
      `${first.lrDrop}, deep ${deep.lrDrop}`,
    ),
  )
  .addOption(
    choices('--backend <name>', 'WebAssembly SIMD or JavaScript, with the same results', [
      'auto',
      'wasm',
      'js',
    ]).default('auto'),
  )
  .addOption(
    choices(
      '--arithmetic <name>',
      'relaxed: fused multiply-add where the engine has it; other bits than PyTorch’s',
      ['deterministic', 'relaxed'],
    ).default('deterministic'),
  )
  .addOption(
    option(
      '--resume <file>',
      'go on from a checkpoint, with its settings; --steps may be more than they were',
      file,
    ),
  )
  .optionsGroup('Output:')
  .addOption(
    option('--save <file>', 'write a checkpoint (safetensors) at the end, or where the run is stopped', file),
  )
  .addOption(
    option('--save-every <n>', 'with --save: also after every n steps', (name) => integer(name, 1, STEPS)),
  )
  .addOption(option('--json <file>', 'write the record of the run to this file', file))
  .addOption(
    option(
      '--report <file>',
      'write what was seen of the run, losses, layers, updates and findings, as one HTML file',
      file,
    ),
  )
  .option('--quiet', 'print the final losses only')
  .helpOption('-h, --help', 'show this help')
  .addHelpText(
    'after',
    `
Examples:
  lanewise train                                the lecture’s run, on the built-in names
  lanewise train --names names.txt --json run.json
  lanewise train --init original --steps 20000  how the lecture begins
  lanewise train --net deep --steps 1001        its six-layer network
  lanewise train --net deep --steps 2000 --report run.html
  lanewise train --backend js --steps 1000      without WebAssembly
  lanewise train --save net.safetensors --save-every 10000
  lanewise train --resume net.safetensors       goes on where that stopped

Exit codes:
  0    done
  1    the loss became NaN or infinite
  2    an option or a file cannot be used
  130  stopped by Ctrl-C (other signals: 128 + their number)
A run that was stopped or became NaN writes the record and the report of what it did. A checkpoint is replaced whole or
not at all; one with NaN or infinite numbers is not written.`,
  );
