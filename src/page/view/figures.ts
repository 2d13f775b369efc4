/** Numbers as text of always the same form, so that they do not jump about while they change. */

const signed = (text: string): string => text.replaceAll('-', '−');

/** What is not finite has a word; undefined is a dash. */
const odd = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞');

export function fixed(value: number | undefined, digits: number): string {
  if (value === undefined) return '–';
  if (!Number.isFinite(value)) return odd(value);
  const text = value.toFixed(digits);
  return signed(/^-[0.]*$/.test(text) ? text.slice(1) : text);
}

/** 2.6e−3 */
export function scientific(value: number | undefined, digits = 2): string {
  if (value === undefined) return '–';
  return Number.isFinite(value) ? signed(value.toExponential(digits - 1)) : odd(value);
}

/** Plain from 0.001 to 1000, else with an exponent: for numbers of any size that are seldom looked at in motion. */
export const plain = (value: number | undefined, digits = 3): string => {
  if (value === undefined || !Number.isFinite(value)) return fixed(value, 0);
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e3)
    ? signed(String(Number(value.toPrecision(digits))))
    : scientific(value, digits);
};

/** A share from 0 to 1: 2.8 % */
export const percent = (share: number | undefined, digits = 1): string =>
  share === undefined || !Number.isFinite(share) ? '–' : `${fixed(100 * share, digits)} %`;
