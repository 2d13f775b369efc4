/** The settings of a run as controls on the page and as words in its address. Names are those of the command's options. */
import { printable } from 'lanewise';
import {
  activationNames,
  type DeepSettings,
  deepSettings,
  initialisations,
  lectureSettings,
  type MlpSettings,
  type RunSettings,
} from 'lanewise/makemore';

type Key = Exclude<keyof MlpSettings | keyof DeepSettings, 'net' | 'fanIn'>;

export interface Field {
  key: Key;
  /** In the address, and as an option of the command. */
  name: string;
  label: string;
  /** A sentence about it, read out with the control. */
  help: string;
  net: 'mlp' | 'deep' | 'both';
  of: 'network' | 'training';
  kind: 'choice' | 'integer' | 'number' | 'seed' | 'gains' | 'flag';
  choices?: readonly string[];
  min?: number;
  max?: number;
}

/** Most of any size, as the command has it; most steps. */
const SIZE = 2 ** 20;
/** Largest gain, as the library has it. */
const GAIN = 1e30;
/** Most characters of a text that an error repeats. */
const REPEATED = 60;

export const fields: readonly Field[] = [
  {
    key: 'init',
    name: 'init',
    label: 'Initialisation',
    help: 'How the parameters begin: as the notebook ends, as a row of its loss log, or all zero.',
    net: 'mlp',
    of: 'network',
    kind: 'choice',
    choices: initialisations,
  },
  {
    key: 'depth',
    name: 'depth',
    label: 'Linear layers',
    help: 'The last one included.',
    net: 'deep',
    of: 'network',
    kind: 'integer',
    min: 1,
    max: 1000,
  },
  {
    key: 'activation',
    name: 'activation',
    label: 'Activation',
    help: 'After each hidden layer.',
    net: 'deep',
    of: 'network',
    kind: 'choice',
    choices: activationNames,
  },
  {
    key: 'gain',
    name: 'gain',
    label: 'Gain',
    help: 'Factor on the initial weights: one number, or one for each hidden layer, as 1, 5/3, 2. Emptied, it is 1 with batch norm and 5/3 without.',
    net: 'deep',
    of: 'network',
    kind: 'gains',
  },
  {
    key: 'batchNorm',
    name: 'batch-norm',
    label: 'Batch norm',
    help: 'Behind each linear layer.',
    net: 'deep',
    of: 'network',
    kind: 'flag',
  },
  {
    key: 'bias',
    name: 'bias',
    label: 'Bias',
    help: 'In the linear layers; behind a batch norm it has no effect.',
    net: 'deep',
    of: 'network',
    kind: 'flag',
  },
  {
    key: 'hidden',
    name: 'hidden',
    label: 'Hidden units',
    help: 'Units of a hidden layer.',
    net: 'both',
    of: 'network',
    kind: 'integer',
    min: 1,
    max: SIZE,
  },
  {
    key: 'embedding',
    name: 'embedding',
    label: 'Embedding',
    help: 'Numbers for a character.',
    net: 'both',
    of: 'network',
    kind: 'integer',
    min: 1,
    max: SIZE,
  },
  {
    key: 'context',
    name: 'context',
    label: 'Context',
    help: 'Characters that predict the next.',
    net: 'both',
    of: 'network',
    kind: 'integer',
    min: 1,
    max: SIZE,
  },
  {
    key: 'lr',
    name: 'lr',
    label: 'Learning rate',
    help: 'Until the drop.',
    net: 'both',
    of: 'training',
    kind: 'number',
  },
  {
    key: 'lrDrop',
    name: 'lr-drop',
    label: 'Drop at step',
    help: 'From this step on the second learning rate holds.',
    net: 'both',
    of: 'training',
    kind: 'integer',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  },
  {
    key: 'lrAfter',
    name: 'lr-after',
    label: 'Rate after it',
    help: 'Learning rate from the drop on.',
    net: 'both',
    of: 'training',
    kind: 'number',
  },
  {
    key: 'batch',
    name: 'batch',
    label: 'Batch size',
    help: 'Examples in a step; at least 2 with batch norm.',
    net: 'both',
    of: 'training',
    kind: 'integer',
    min: 1,
    max: SIZE,
  },
  {
    key: 'steps',
    name: 'steps',
    label: 'Steps',
    help: 'How many the run makes in all.',
    net: 'both',
    of: 'training',
    kind: 'integer',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  },
  {
    key: 'seed',
    name: 'seed',
    label: 'Seed',
    help: 'torch’s seed of the parameters and the minibatches.',
    net: 'both',
    of: 'training',
    kind: 'seed',
  },
];

export const fieldsOf = (net: RunSettings['net']): readonly Field[] =>
  fields.filter((field) => field.net === 'both' || field.net === net);

/** What a run is where nothing else is said. The six-layer network runs as long as the first one. */
export const presets: Readonly<Record<RunSettings['net'], RunSettings>> = {
  mlp: lectureSettings,
  deep: deepSettings,
};

export const settingOf = (settings: RunSettings, { key }: Field): unknown =>
  (settings as unknown as Record<string, unknown>)[key];

/** A value as text: of a control, of the address, of an option. `''` for a value that the network chooses itself. */
export function textOf(field: Field, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (field.kind === 'flag') return value === true ? 'yes' : 'no';
  if (field.kind === 'gains') return [value].flat().map(gainText).join(',');
  return String(value);
}

/**
 * What a control shows: its text, and where that is empty the value that the network chooses, given the texts of the
 * others. As `createDeep` has it.
 */
export function shownText({ key }: Field, texts: Readonly<Record<string, string>>): string {
  const text = texts[key] ?? '';
  const norm = texts.batchNorm === 'yes';
  if (text.trim() !== '') return text;
  return key === 'gain' ? (norm ? '1' : '5/3') : key === 'bias' ? (norm ? 'no' : 'yes') : text;
}

/** As 5/3 where it is that. */
function gainText(gain: unknown): string {
  const thirds = Math.round(Number(gain) * 3);
  return !Number.isInteger(gain) && thirds / 3 === gain ? `${thirds}/3` : String(gain);
}

/** The value that a text stands for. Errors: RangeError that names the setting, what was expected and what came. */
export function parse(field: Field, text: string): unknown {
  const { label, kind, choices = [], min = 0, max = Number.MAX_SAFE_INTEGER } = field;
  const refuse = (expected: string): never => {
    throw new RangeError(
      `${label}: expected ${expected}, got ${text === '' ? 'nothing' : `‘${clipped(text)}’`}`,
    );
  };
  const trimmed = text.trim();
  switch (kind) {
    case 'choice':
      return choices.includes(trimmed) ? trimmed : refuse(`one of ${choices.join(', ')}`);
    case 'flag':
      if (trimmed === '' && field.key === 'bias') return null;
      return trimmed === 'yes' ? true : trimmed === 'no' ? false : refuse('yes or no');
    case 'integer': {
      const value = /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
      return value >= min && value <= max
        ? value
        : refuse(
            max === Number.MAX_SAFE_INTEGER
              ? `an integer from ${min}`
              : `an integer from ${min} to ${max.toLocaleString('en')}`,
          );
    }
    case 'number': {
      const value = decimal(trimmed);
      return value !== undefined && value >= 0 && Number.isFinite(Math.fround(value))
        ? value
        : refuse('a number from 0 to 1e30');
    }
    case 'seed': {
      if (!/^-?\d+$/.test(trimmed)) return refuse('an integer');
      const seed = BigInt(trimmed);
      if (seed < -(2n ** 63n) || seed >= 2n ** 64n) return refuse('an integer from −2^63 to 2^64 − 1');
      return seed >= BigInt(Number.MIN_SAFE_INTEGER) && seed <= BigInt(Number.MAX_SAFE_INTEGER)
        ? Number(seed)
        : seed;
    }
    case 'gains': {
      if (trimmed === '') return null;
      const gains = trimmed.split(',').map((part) => decimal(part.trim()));
      if (gains.some((gain) => gain === undefined || Math.abs(gain) > GAIN))
        return refuse('a number from −1e30 to 1e30, or several with commas between');
      return gains.length === 1 ? gains[0] : gains;
    }
  }
}

/** The beginning of a text, for an error to repeat. */
export const clipped = (text: string): string =>
  printable(text.length > REPEATED ? `${text.slice(0, REPEATED)}…` : text);

/** `0.1`, `1e-3`, or a fraction such as `5/3`. */
function decimal(text: string): number | undefined {
  const parts = /^([^/]+)(?:\/([^/]+))?$/.exec(text);
  if (parts === null) return undefined;
  const plain = (part: string) =>
    /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part) ? Number(part) : Number.NaN;
  const value = plain(parts[1]) / (parts[2] === undefined ? 1 : plain(parts[2]));
  // Not −0, which is written as 0.
  return Number.isFinite(value) ? value + 0 : undefined;
}
