import { type Listed, listed } from '../core/elementwise.js';

/** An error in ulps as a reader takes it in: `exact`, `½ ulp`, `0.93 ulp`. */
function ulpsOf(most: number | undefined): string {
  if (most === undefined) return 'each step rounded';
  if (most === 0) return 'exact';
  return most < 0.501 ? '½ ulp' : `${Math.ceil(most * 100) / 100} ulp`;
}

/** The options that a function has, and what they are unless said otherwise. */
function optionsOf({ spec, recorded }: Listed): string {
  if (recorded.approximate === 'tanh') return "`approximate: 'tanh'`";
  return Object.entries(spec.scalars ?? {})
    .map(([name, value]) => `\`${name}\` ${value}`)
    .join(', ');
}

/** All functions of each element as a table of the documentation, in Markdown. */
export function functionTable(): string {
  const rows = [
    ['', 'options', 'y', 'dy/dx', 'y within', 'dx within'],
    ...listed.map((one) => [
      `\`${one.spec.name}\``,
      optionsOf(one),
      one.formula,
      one.derivative,
      ulpsOf(one.ulps.y),
      ulpsOf(one.ulps.dx),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}
