/** Runs as the part of an address behind `#`: `net=mlp&init=kaiming&…`, two runs with `|` between. */
import { printable } from 'lanewise';
import { normalises, type RunSettings } from 'lanewise/makemore';
import { clipped, fields, fieldsOf, parse, presets, settingOf, textOf } from './fields.js';

export interface Linked {
  settings: RunSettings;
  /** First digits of the SHA-256 of a list of names that was dropped; without it the names are the built-in ones. */
  names?: string;
  backend?: 'wasm' | 'js';
}

interface Address {
  runs: Linked[];
  /** What could not be read, in words; the preset holds in its place. */
  problems: string[];
}

/** At most two runs are compared. */
const RUNS = 2;
/** Most problems of a link that are told one by one. */
const PROBLEMS = 4;

export function readAddress(hash: string): Address {
  const text = hash.replace(/^#/, '');
  const problems: string[] = [];
  const parts = text === '' ? [''] : text.split(/\||%7C/i);
  if (parts.length > RUNS) problems.push(`The link has ${parts.length} runs; the page compares ${RUNS}.`);
  const runs = parts.slice(0, RUNS).map((part) => readRun(part, problems));
  const more = problems.length - PROBLEMS;
  if (more > 0) problems.splice(PROBLEMS, more, `and ${more.toLocaleString('en')} more that cannot be read`);
  return { runs, problems };
}

function readRun(text: string, problems: string[]): Linked {
  const entries = new URLSearchParams(text);
  const net = entries.get('net') ?? 'mlp';
  if (net !== 'mlp' && net !== 'deep') problems.push(`Network: expected mlp or deep, got ‘${clipped(net)}’`);
  const base = presets[net === 'deep' ? 'deep' : 'mlp'];
  const settings = { ...base } as unknown as Record<string, unknown>;
  const linked: Partial<Linked> = {};
  for (const [name, value] of entries) {
    if (name === 'net') continue;
    if (name === 'names') {
      if (/^[0-9a-f]{8,64}$/.test(value)) linked.names = value;
      else problems.push(`names: expected digits of a SHA-256, got ‘${clipped(value)}’`);
      continue;
    }
    if (name === 'backend') {
      if (value === 'wasm' || value === 'js') linked.backend = value;
      else problems.push(`backend: expected wasm or js, got ‘${clipped(value)}’`);
      continue;
    }
    const field = fieldsOf(base.net).find((each) => each.name === name);
    if (field === undefined) {
      const other = fields.some((each) => each.name === name);
      problems.push(
        other
          ? `${name}: not a setting of this network`
          : `The link has a setting that there is not: ‘${clipped(name)}’`,
      );
      continue;
    }
    try {
      settings[field.key] = parse(field, value);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const read = settings as unknown as RunSettings;
  try {
    check(read);
    return { ...linked, settings: read };
  } catch (error) {
    problems.push((error as Error).message);
    return { ...linked, settings: base };
  }
}

/** Every setting, so that the link means the same run whatever the presets become. */
export function writeAddress(runs: readonly Linked[]): string {
  return `#${runs.map(writeRun).join('|')}`;
}

function writeRun({ settings, names, backend }: Linked): string {
  const entries = new URLSearchParams({ net: settings.net });
  for (const field of fieldsOf(settings.net)) {
    const text = textOf(field, settingOf(settings, field));
    if (text !== '') entries.set(field.name, text);
  }
  if (names !== undefined) entries.set('names', names.slice(0, 12));
  if (backend !== undefined) entries.set('backend', backend);
  return entries.toString().replaceAll('%2C', ',').replaceAll('%2F', '/');
}

/** What only shows where settings meet. Errors: RangeError. */
export function check(settings: RunSettings): void {
  if (settings.batch < 2 && normalises(settings))
    throw new RangeError(
      `Batch size: expected at least 2 with batch norm (one row has no deviation), got ${settings.batch}`,
    );
  if (settings.net !== 'deep' || !Array.isArray(settings.gain)) return;
  const hidden = settings.depth - 1;
  if (settings.gain.length !== hidden)
    throw new RangeError(
      `Gain: expected one number, or ${hidden}, one for each hidden layer, got ${settings.gain.length}`,
    );
}

/** The command that makes the same run, to the bit. */
export function commandOf(settings: RunSettings, file?: string): string {
  const preset = presets[settings.net];
  const options = fieldsOf(settings.net).flatMap((field): string[] => {
    const value = textOf(field, settingOf(settings, field));
    if (value === textOf(field, settingOf(preset, field)) || value === '') return [];
    if (field.key === 'batchNorm') return ['--no-batch-norm'];
    if (field.key === 'bias') return value === 'yes' ? ['--bias'] : [];
    return [`--${field.name} ${value}`];
  });
  const names = file === undefined ? [] : [`--names ${shellWord(file)}`];
  return ['npx lanewise train', `--net ${settings.net}`, ...options, ...names].join(' ');
}

/** A word of a command; one that cannot be printed by the numbers of its characters, as bash and zsh read them. */
function shellWord(text: string): string {
  if (/^[\w./-]+$/.test(text)) return text;
  if (printable(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  const numbered = (character: string) =>
    `\\U${character.codePointAt(0)?.toString(16).toUpperCase().padStart(8, '0')}`;
  const characters = Array.from(text, (character) => {
    if (character === '\\' || character === "'") return `\\${character}`;
    return printable(character) === character ? character : numbered(character);
  });
  return `$'${characters.join('')}'`;
}
