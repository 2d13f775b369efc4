import { number, seconds, textTable } from '../table.mjs';

const keyOf = ({ net, kernel, size, contender }) => [net ?? kernel, size ?? '', contender].join('|');

/** One set of rows of several passes: the median of their medians, the least of their least, the largest error. */
export function merged(passes) {
  const groups = new Map();
  for (const row of passes.flat()) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.values()].map((rows) => ({
    ...rows[0],
    median: middle(rows.map(({ median }) => median)),
    min: Math.min(...rows.map(({ min }) => min)),
    samples: rows.reduce((sum, { samples }) => sum + samples, 0),
    error: Math.max(...rows.map(({ error }) => error)),
  }));
}

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Lines: a row's time in each engine, the first of which the others are compared with, and its largest error. */
export function besideNode(engines, names) {
  const [node, ...others] = engines.map(({ name, rows }) => ({
    name,
    rows: new Map(rows.map((row) => [keyOf(row), row])),
  }));
  const head = ['', 'size', 'by', node.name, ...others.flatMap(({ name }) => [name, '× time']), 'error'];
  return textTable(
    head,
    [...node.rows].map(([key, row]) => {
      const found = others.map(({ rows }) => rows.get(key));
      return [
        row.net === undefined ? row.kernel : `step of ${row.net}`,
        row.size ?? '',
        names[row.contender] ?? row.contender,
        seconds(row.median),
        ...found.flatMap((other) =>
          other === undefined ? ['', ''] : [seconds(other.median), number(other.median / row.median)],
        ),
        Math.max(row.error, ...found.map((other) => other?.error ?? 0)).toExponential(1),
      ];
    }),
  );
}
