import fc from 'fast-check';

/** Any character, as fast-check's unit 'binary', which begins with a second for a table of them all. */
export const character = fc
  .nat(0x10ffff - 0x800)
  .map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800));

/** Runs of a property: `LANEWISE_LONG=1` makes ten times as many. A browser has no environment. */
export const runs = (few: number): number =>
  typeof process !== 'undefined' && process.env?.LANEWISE_LONG === '1' ? 10 * few : few;
