/**
 * What a terminal obeys or what a reader cannot see: control characters, line breaks included; formats, as those that
 * turn the direction of the text, but for the joiners that some scripts are written with; halves of surrogate pairs.
 */
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from elsewhere, such as a file or an argument, for a terminal or a message: on one line, each character that
 * would be obeyed or not be seen as its number in braces, `\u{1b}` for the escape character. Other text is as it was.
 */
export const printable = (text: string): string =>
  text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
