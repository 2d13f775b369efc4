import { type NameList, type RunSettings, Vocabulary } from 'lanewise/makemore';
import { presets } from '../settings/fields.js';

/** Bytes of one run: what a tab on a small machine can hold beside its charts. */
const MOST = 2 ** 29;
const FLOAT = 4;
/** Rows that the layers have room for, at least: those of an evaluation's batch. */
const ROWS = 256;
/** Of the built-in names, with the token for where a name begins and ends. */
const CHARACTERS = 27;

/** About the bytes that the examples of these names and a network of these settings take. */
export function bytesOf({ names }: NameList, settings: RunSettings): number {
  const { batch, hidden, embedding, context } = settings;
  const vocabulary = new Vocabulary(names).size;
  const depth = settings.net === 'deep' ? settings.depth : 2;
  const examples = names.reduce((sum, name) => sum + name.length + 1, 0);
  const inputs = context * embedding;
  const layers = Math.max(0, depth - 2);
  const weights =
    depth < 2 ? inputs * vocabulary : inputs * hidden + layers * hidden * hidden + hidden * vocabulary;
  // Outputs and their gradients: of an embedding and a flattening; of a linear layer, a batch norm, which keeps its
  // normalised input too, and an activation; of the logits.
  const row = 4 * inputs + 7 * (depth - 1) * hidden + 7 * vocabulary;
  // A weight has a gradient, and room for a transposed copy half as large again.
  const network = 2 * vocabulary * embedding + 3.5 * weights + Math.max(batch, ROWS) * row;
  return FLOAT * (examples * (context + 1) + network);
}

const sizes = ['hidden', 'context', 'embedding', 'batch'] as const;
const words = { hidden: 'Hidden units', context: 'Context', embedding: 'Embedding', batch: 'Batch size' };

/** Refuses what would take more memory than a page should, before the first byte of it is taken. Errors: RangeError. */
export function expectMemory(names: NameList, settings: RunSettings): void {
  const bytes = bytesOf(names, settings);
  if (bytes <= MOST) return;
  const preset = presets[settings.net];
  const times = (size: (typeof sizes)[number]) => settings[size] / preset[size];
  const worst = sizes.reduce((most, size) => (times(size) > times(most) ? size : most));
  const found = new Vocabulary(names.names).size;
  const most = Math.max(1, times(worst));
  const blamed =
    found / CHARACTERS > most
      ? `${names.source} with ${found.toLocaleString('en')} different characters`
      : settings.net === 'deep' && settings.depth / 6 > times(worst)
        ? `Linear layers: ${settings.depth.toLocaleString('en')}`
        : `${words[worst]}: ${settings[worst].toLocaleString('en')}`;
  throw new RangeError(
    `${blamed} is too large: expected a run of at most ${MOST / 2 ** 20} MiB of memory on this page, got about ${sizeInWords(bytes)}`,
  );
}

const sizeInWords = (bytes: number): string =>
  bytes >= 2 ** 30
    ? `${(bytes / 2 ** 30).toLocaleString('en', { maximumFractionDigits: 1 })} GiB`
    : `${Math.ceil(bytes / 2 ** 20)} MiB`;
