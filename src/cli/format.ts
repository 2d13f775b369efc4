export const count = (n: number): string => n.toLocaleString('en');

/** `1 step`, `1,000 steps` */
export const plural = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? '' : 's'}`;

/** Seconds as `8 s`, `3 min 20 s` or `2 h 5 min`. */
export function duration(seconds: number): string {
  const s = Math.ceil(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${count(Math.floor(s / 3600))} h ${Math.floor((s % 3600) / 60)} min`;
}

export function shorten(text: string, most: number): string {
  // A character is one or two UTF-16 units.
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`;
}

/** Words in columns as many as fit the width, one row a line. */
export function columns(words: readonly string[], width: number): string[] {
  const widest = Math.max(...words.map((word) => [...word].length));
  const perRow = Math.max(1, Math.min(5, Math.floor((width + 2) / (widest + 2))));
  const rows: string[] = [];
  for (let i = 0; i < words.length; i += perRow)
    rows.push(
      words
        .slice(i, i + perRow)
        .map((word) => word + ' '.repeat(widest - [...word].length))
        .join('  ')
        .trimEnd(),
    );
  return rows;
}
