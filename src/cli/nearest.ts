/** `; did you mean …?` with the word nearest to the text, or nothing where none is near. */
export function suggestion(text: string, words: readonly string[]): string {
  let nearest = '';
  let least = Math.max(1, Math.floor(text.length / 2)) + 1;
  for (const word of words) {
    const distance = edits(text.toLowerCase(), word.toLowerCase());
    if (distance < least) [nearest, least] = [word, distance];
  }
  return nearest && `; did you mean ${nearest}?`;
}

/** Fewest characters to insert, delete or replace that make b of a (Levenshtein). */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
