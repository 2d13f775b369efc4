import { printable } from 'lanewise';
import pc from 'picocolors';
import {
  type Checked,
  type Compared,
  numberText,
  type Shown,
  type Slider,
  type Table,
} from '../notebook/shown.js';

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => [...text].length));

/** What a cell shows, as lines of text. Values beside recorded ones that follow one another are one table. */
export function outputLines(outputs: readonly Shown[]): string[] {
  const lines: string[] = [];
  let compared: Compared[] = [];
  const flush = () => {
    lines.push(...comparedLines(compared));
    compared = [];
  };
  for (const output of outputs) {
    if (output.kind === 'compared') {
      compared.push(...output.rows);
      continue;
    }
    flush();
    if (output.kind === 'text') lines.push(...output.text.split('\n').map((line) => `  ${printable(line)}`));
    else if (output.kind === 'table') lines.push(...tableLines(output));
    else if (output.kind === 'slider') lines.push(sliderLine(output));
    else if (output.kind === 'check') lines.push(...checkLines(output));
    else lines.push(pc.dim(`  [chart: ${printable(output.chart.label)}]`));
  }
  flush();
  return lines;
}

function comparedLines(rows: readonly Compared[]): string[] {
  const label = widest(rows.map((row) => row.label));
  const ours = widest(rows.map((row) => row.ours));
  const recorded = widest(rows.map((row) => row.recorded ?? ''));
  return rows.map((row) => {
    const start = `  ${printable(row.label).padEnd(label)}  ${printable(row.ours).padStart(ours)}`;
    if (row.recorded === undefined) return start;
    const mark = row.agrees ? pc.green('✓') : pc.red('✗ differs');
    return `${start}  ${pc.dim(printable(row.recorded).padStart(recorded))}  ${mark}`;
  });
}

function tableLines({ caption, columns, rows }: Table): string[] {
  const all = [columns, ...rows].map((row) => row.map(printable));
  const widths = columns.map((_, i) => widest(all.map((row) => row[i] ?? '')));
  const lines = all.map((row) => `  ${row.map((text, i) => text.padStart(widths[i])).join('  ')}`.trimEnd());
  return [
    ...(caption === '' ? [] : [pc.dim(`  ${printable(caption)}`)]),
    pc.dim(lines[0]),
    ...lines.slice(1),
  ];
}

const sliderLine = ({ label, min, max, value }: Slider): string =>
  `  ${printable(label)}: ${numberText(value)} ${pc.dim(`(a slider from ${numberText(min)} to ${numberText(max)})`)}`;

function checkLines({ name, passed, differs, hints }: Checked): string[] {
  if (passed) return [`  ${pc.green('✓')} ${printable(name)}`];
  const lines = [`  ${pc.yellow('○')} ${printable(name)}: ${printable(differs)}`];
  // The first; who wants the others finds them in the file.
  if (hints.length > 0) lines.push(pc.dim(`      hint 1 of ${hints.length}: ${printable(hints[0])}`));
  return lines;
}
