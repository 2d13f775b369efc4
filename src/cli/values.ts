import { UsageError } from './errors.js';
import { suggestion } from './nearest.js';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** −0 is 0. */
const numberOf = (text: string): number => (DECIMAL.test(text) ? Number(text) + 0 : Number.NaN);

function refuse(option: string, expected: string, text: string, more = ''): never {
  throw new UsageError(`${option}: expected ${expected}, got '${text}'${more}`);
}

/** A parser of an option's value: an integer from `low` to `high`. */
export function integer(option: string, low: number, high: number) {
  return (text: string): number => {
    const value = numberOf(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    return refuse(option, `an integer from ${low} to ${high}`, text);
  };
}

function within(option: string, low: number, high: number) {
  return (text: string): number => {
    const value = numberOf(text);
    if (value >= low && value <= high) return value;
    return refuse(option, `a number from ${low} to ${high}`.replaceAll('e+', 'e'), text);
  };
}

/** A parser of a learning rate. */
export const rate = (option: string) => within(option, 0, 1e30);

/** A parser of a gain, a number or fraction of either sign, or of some with commas between them. */
export function gains(option: string) {
  return (text: string): number | number[] => {
    const values = text.split(',').map((part) => {
      const [over, under = '1', ...more] = part.trim().split('/');
      return more.length === 0 ? numberOf(over) / numberOf(under) : Number.NaN;
    });
    if (!values.every((value) => Math.abs(value) <= 1e30))
      return refuse(
        option,
        'a number or fraction from -1e30 to 1e30, or one for each hidden layer with commas between',
        text,
      );
    return values.length === 1 ? values[0] : values;
  };
}

/** A parser of a seed: what torch's manual_seed takes. */
export function seed(option: string) {
  return (text: string): number | bigint => {
    if (/^[+-]?\d+$/.test(text)) {
      const value = BigInt(text.replace(/^\+/, ''));
      if (value >= -(2n ** 63n) && value < 2n ** 64n)
        return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    return refuse(option, 'an integer from -2^63 to 2^64 - 1, as torch takes', text);
  };
}

/** A parser of a choice. */
export function choice(option: string, choices: readonly string[]) {
  return (text: string): string => {
    if (choices.includes(text)) return text;
    return refuse(
      option,
      choices.join(', ').replace(/, ([^,]*)$/, ' or $1'),
      text,
      suggestion(text, choices),
    );
  };
}

/** A parser of a path. What looks like an option is more likely a value left out. */
const path =
  (what: string) =>
  (option: string) =>
  (text: string): string => {
    if (text === '') return refuse(option, what, text);
    if (text.startsWith('-'))
      return refuse(option, what, text, `; for a ${what.slice(2)} of that name: ./${text}`);
    return text;
  };

export const file = path('a file');
export const folder = path('a folder');
