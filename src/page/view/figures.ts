/** Numbers as text of always the same form, so that they do not jump about while they change. */

const withMinus = (text: string): string => text.replaceAll('-', '−');

/** What is not finite has a word; undefined is a dash. */
const odd = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞');

/** With so many decimals, a true minus sign and no −0. */
export function fixed(value: number | undefined, digits: number): string {
  if (value === undefined) return '–';
  if (!Number.isFinite(value)) return odd(value);
  const text = value.toFixed(digits);
  return withMinus(/^-[0.]*$/.test(text) ? text.slice(1) : text);
}

/** With its sign: +0.0312, −0.5. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`;
}

/** 12,800 */
export const whole = (value: number | undefined): string => value?.toLocaleString('en') ?? '–';

/** 2.6e−3 */
export function scientific(value: number | undefined, digits = 2): string {
  if (value === undefined) return '–';
  return Number.isFinite(value) ? withMinus(value.toExponential(digits - 1)) : odd(value);
}

/** 2.4·10⁻⁷ */
export function powerOfTen(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const raised = Array.from(String(Number(exponent)), (sign) =>
    sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)],
  );
  return `${mantissa}·10${raised.join('')}`;
}

/** What may be tiny, in a sentence: 2.4·10⁻⁷; from 0.01 to 1000 as it is. */
export function small(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0 || (value >= 0.01 && value < 1000)) return String(Number(value.toPrecision(2)));
  return powerOfTen(value, 2);
}

/** Plain from 0.001 to 1000, else with an exponent: for numbers of any size that are seldom looked at in motion. */
export const plain = (value: number | undefined, digits = 3): string => {
  if (value === undefined || !Number.isFinite(value)) return fixed(value, 0);
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e3)
    ? withMinus(String(Number(value.toPrecision(digits))))
    : scientific(value, digits);
};

/** A share from 0 to 1: 2.8 % */
export const percent = (share: number | undefined, digits = 1): string =>
  share === undefined || !Number.isFinite(share) ? '–' : `${fixed(100 * share, digits)}\u00a0%`;

/** A share or a chance in a sentence: with the decimals that a small one needs, never 0 % or 100 % of what is some or not all. */
export function share(part: number): string {
  if (part <= 0) return '0\u00a0%';
  if (part < 0.0001) return 'below 0.01\u00a0%';
  if (part > 0.9999 && part < 1) return 'above 99.99\u00a0%';
  return percent(part, part < 0.01 || (part > 0.99 && part < 1) ? 2 : 1);
}
