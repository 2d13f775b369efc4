/** Numbers as a reader sees them: a true minus sign, no negative zero. */
const signed = (text: string): string => (/^-[0.]*$/.test(text) ? text.slice(1) : text.replace('-', '−'));

/** Four decimals: `fixed(2.12454, 4)`. What is not finite has a word. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  return signed(value.toFixed(digits));
}

/** A number in a chart, where what is no number is a dash. */
export const orDash = (value: number, format: (value: number) => string): string =>
  Number.isNaN(value) ? '–' : format(value);

/** A loss: `fixed`, but for one that has run off. */
export const nats = (value: number, digits: number): string =>
  Number.isFinite(value) && Math.abs(value) >= 10_000 ? scientific(value) : fixed(value, digits);

/** 182,625 */
export const count = (value: number): string =>
  signed(value.toLocaleString('en-US', { maximumFractionDigits: 0 }));

/** Up to `digits` significant digits, from 10,000 on no fraction, no trailing zeros: a label of an axis. */
export function tidy(value: number, digits = 6): string {
  const short = Number(value.toPrecision(digits));
  if (Math.abs(short) >= 10_000) return count(value);
  // As `count` groups: no more than four digits are before the point.
  return signed(String(short).replace(/^(-?\d)(\d{3})(?=\.|$)/, '$1,$2'));
}

/** 2.64·10⁻³; near 1 as a plain number. */
export function scientific(value: number, digits = 3): string {
  if (value === 0 || !Number.isFinite(value)) return fixed(value, 0);
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  if (power >= -1 && power < 4) return signed(value.toPrecision(digits));
  return `${signed(mantissa)}·10${superscript(power)}`;
}

const superscript = (power: number): string =>
  [...String(power)].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('');

/** 2.8 % */
export const percent = (share: number, digits = 1): string => `${fixed(share, digits)} %`;

/** The smallest of 1, 2, 5 (or other factors) times a power of ten that is at least `value`. */
export function niceAtLeast(value: number, factors: readonly number[] = [1, 2, 5]): number {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const factor of factors) if (factor * power >= value * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

/** Between two labels of an axis. */
export const niceInterval = (value: number): number => niceAtLeast(value, [1, 2, 2.5, 5]);

/** Of the line at the loss of a network that gives each character the same chance. */
export const chanceLabel = (vocabularySize: number): string =>
  `knowing nothing: ln ${count(vocabularySize)} = ${fixed(Math.log(vocabularySize), 3)}`;
