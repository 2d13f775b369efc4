/** What no HTML or SVG text may hold: control characters but tab and line feed, halves of surrogate pairs, noncharacters, and what turns the text around it. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\p{Surrogate}\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu;

/** Any text as text that a document may hold; what it may not becomes U+FFFD. */
export const printable = (text: string): string => text.replace(FORBIDDEN, '\ufffd');

/** Text for an element or a quoted attribute. */
export const escaped = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
