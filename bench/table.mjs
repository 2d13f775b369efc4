// Tables as text and as Markdown, and the numbers in them.

/** Lines: the first column to the left, the others to the right; the columns of words to the left too. */
export function textTable(head, rows) {
  if (rows.length === 0) return [];
  const widths = head.map((cell, i) => Math.max(...[cell, ...rows.map((row) => row[i])].map(width)));
  const isNumber = head.map((_, i) => rows.every((row) => /^[−+\d]|^$/.test(row[i]) && !/×.*×/.test(row[i])));
  const line = (row) =>
    row
      .map((cell, i) => {
        const space = ' '.repeat(widths[i] - width(cell));
        return isNumber[i] ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((count) => '─'.repeat(count))), ...rows.map(line)];
}

/** Lines of a Markdown table, padded so that it can be read as it is; numbers to the right. */
export function markdownTable(head, rows, right) {
  const widths = head.map((cell, i) => Math.max(3, ...[cell, ...rows.map((row) => row[i])].map(width)));
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const padded = (row) =>
    line(
      row.map((cell, i) => {
        const space = ' '.repeat(widths[i] - width(cell));
        return right[i] ? space + cell : cell + space;
      }),
    );
  const rule = widths.map((count, i) => (right[i] ? `${'-'.repeat(count - 1)}:` : '-'.repeat(count)));
  return [padded(head), line(rule), ...rows.map(padded)];
}

const width = (text) => [...text].length;

/** Three digits, or all before the point. */
export function number(value) {
  if (!Number.isFinite(value)) return '';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const percent = (share) => (Number.isFinite(share) ? `${Math.round(share * 100)} %` : '');

/** In the unit that leaves one to three digits before the point. */
export function seconds(value) {
  const [unit, factor] = [
    ['s', 1],
    ['ms', 1e3],
    ['µs', 1e6],
    ['ns', 1e9],
  ].find(([unit, factor]) => value * factor >= 1 || unit === 'ns');
  return `${number(value * factor)} ${unit}`;
}
