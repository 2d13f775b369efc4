import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENTRIES, exportedOf } from './exported.js';

const page = readFileSync('docs/pytorch-and-onnx.md', 'utf8');
const [, table] = /## torch → lanewise\n\n(.*?)\n\n/s.exec(page) as unknown as string[];
const cells = table
  .split('\n')
  .slice(2)
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
const entries = ['lanewise', 'lanewise/checkpoint', 'lanewise/diagnostics', 'lanewise/onnx'] as const;
const all = entries.flatMap((entry) => exportedOf(ENTRIES[entry]));

/** Names in backquotes. */
const named = (text: string) => [...text.matchAll(/`([A-Za-z]\w*)`/g)].map(([, name]) => name);

test('what the table says of lanewise is exported', () => {
  const known = new Set(all.map(({ name }) => name));
  // Options, and torch's name of what is another one here.
  const others = ['weight', 'ignoreIndex', 'labelSmoothing', 'posWeight', 'lr', 'clip', 'x', 'y', 'batches'];
  const words = [...others, 'run', 'step', 'forward', 'backward', 'parameters', 'SmoothL1Loss'];
  const told = cells.flatMap(([, own]) => named(own)).filter((name) => !words.includes(name));
  expect(told.length).toBeGreaterThan(50);
  expect(told.filter((name) => !known.has(name))).toEqual([]);
});

test('what is not of lanewise itself is told with its entry', () => {
  for (const entry of entries.slice(1)) {
    const own = new Set(exportedOf(ENTRIES[entry]).map(({ name }) => name));
    const told = cells.filter(([, text]) => named(text).some((name) => own.has(name)));
    expect(told.length, entry).toBeGreaterThan(0);
    for (const [, text] of told) expect(text).toContain(`of \`${entry}\``);
  }
});

test('every layer, loss, optimizer, schedule and initialisation is in the table', () => {
  const own = ['CrossEntropy', 'foldBatchNorm', 'lrAt', 'stepSchedule'];
  const listed = new Set(cells.flatMap(([, text]) => named(text)));
  const taught = all.filter(
    ({ file, kind, name }) =>
      /^src\/(?:nn|optim|init)\//.test(file) && /class|function/.test(kind) && !own.includes(name),
  );
  expect(taught.length).toBeGreaterThan(40);
  expect(taught.filter(({ name }) => !listed.has(name)).map(({ name }) => name)).toEqual([]);
});
