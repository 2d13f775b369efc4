import { printable } from 'lanewise';

/** Nothing is seen of it where it stands by itself: blanks, and the joiners. */
const BLANK = /^[\s\u200c\u200d]$/;

/** One character of a vocabulary, by itself: an open box for a space, and what else cannot be seen by its number. */
export function characterText(character: string): string {
  if (character === ' ') return '␣';
  return BLANK.test(character) ? `\\u{${character.charCodeAt(0).toString(16)}}` : printable(character);
}
