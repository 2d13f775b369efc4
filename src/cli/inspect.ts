import { Command } from 'commander';
import { printable } from 'lanewise';
import { type Checkpoint, readCheckpoint } from 'lanewise/checkpoint';
import pc from 'picocolors';
import { checkpointArgument, readCheckpointBytes, refusing } from './checkpoint.js';
import { count, plural, shorten } from './format.js';

export const inspectCommand = new Command('inspect')
  .description('Shows what a checkpoint holds: its metadata, and each tensor with its shape and statistics.')
  .argument('[file]', 'a checkpoint of lanewise train --save')
  .helpOption('-h, --help', 'show this help')
  .action(inspect);

async function inspect(file: string | undefined, _: object, command: Command): Promise<void> {
  const path = checkpointArgument('inspect', file, command);
  const bytes = await readCheckpointBytes(path);
  const checkpoint = refusing(() => readCheckpoint(bytes, path));
  const { metadata } = checkpoint;
  const lines = [...metadata]
    .slice(0, MOST_KEYS)
    .map(([key, value]) => `${pc.dim(cut(key, 60).padEnd(14))} ${told(key, value)}`);
  if (metadata.size > MOST_KEYS) lines.push(`… and ${count(metadata.size - MOST_KEYS)} more`);
  // At once: a file may have very many tensors.
  console.log([...lines, '', ...table(checkpoint)].join('\n'));
}

/** What is listed of the metadata. */
const MOST_KEYS = 1000;

/** A value of the metadata on one line; what is long is counted instead. */
function told(key: string, value: string): string {
  try {
    if (key === 'settings') {
      const entries = Object.entries(JSON.parse(value));
      return cut(entries.map(([name, setting]) => `${name} ${setting}`).join(', '), 1000);
    }
    if (key === 'vocabulary') {
      const tokens: string[] = JSON.parse(value);
      return `${tokens.length}: ${printable(shorten(tokens.slice(0, 61).join(''), 60))}`;
    }
    if (key === 'names') {
      const { path, sha256, count: names } = JSON.parse(value);
      return cut(`${count(names)} (${path}), SHA-256 ${sha256}`, 5000);
    }
    if (key === 'losses') return `${count(JSON.parse(value).length)} recorded`;
  } catch {
    // Metadata of another use of the library: shown as it is.
  }
  if (key === 'generator') return `${plural(value.length, 'character')} of base64`;
  return cut(value, 80);
}

/** The beginning of a long text, and how long it is. */
function cut(text: string, most: number): string {
  const beginning = shorten(text, most);
  return printable(beginning) + (beginning === text ? '' : ` (${plural(characters(text), 'character')})`);
}

/** Of UTF-16 units, a pair is one. */
function characters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    if ((text.codePointAt(i) as number) > 0xffff) i++;
    count++;
  }
  return count;
}

const HEADINGS = ['tensor', 'shape', 'mean', 'std', 'min', 'max', 'NaN'];

/** One row a tensor; the statistics are of the elements that are numbers, std with n − 1 as torch's. */
function table({ tensors }: Checkpoint): string[] {
  let total = 0;
  const rows = [...tensors].map(([name, { shape, data }]) => {
    total += data.length;
    const { mean, std, min, max, nan } = statistics(data);
    const numbers = [mean, std, min, max].map((x) => (x === undefined ? '–' : x.toPrecision(5)));
    return [cut(name, 200), cut(`(${shape.join(', ')})`, 200), ...numbers, count(nan)];
  });
  const widths = HEADINGS.map((heading, i) =>
    rows.reduce((widest, row) => Math.max(widest, row[i].length), heading.length),
  );
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [
    pc.dim(line(HEADINGS)),
    ...rows.map(line),
    '',
    `${plural(tensors.size, 'tensor')}, ${plural(total, 'number')}`,
  ];
}

function statistics(data: Float32Array) {
  let [n, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const x of data) {
    if (Number.isNaN(x)) continue;
    n++;
    sum += x;
    min = Math.min(min, x);
    max = Math.max(max, x);
  }
  const nan = data.length - n;
  if (n === 0) return { nan };
  const mean = sum / n;
  let squares = 0;
  for (const x of data) if (!Number.isNaN(x)) squares += (x - mean) ** 2;
  return { mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : undefined, min, max, nan };
}
