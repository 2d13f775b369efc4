/** Numbers as they are read: a true minus sign, fixed decimals. */
export const fixed = (value: number, digits: number): string => {
  const text = value.toFixed(digits);
  return /^-[0.]*$/.test(text) ? text.slice(1) : text.replace('-', '−');
};

/** With its sign: +0.0312, −0.5. */
export const signed = (value: number, digits: number): string => {
  const text = fixed(value, digits);
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`;
};

/** 2.4e-7 as 2.4·10⁻⁷; what is near 1 as it is. */
export function small(value: number): string {
  if (value === 0 || !Number.isFinite(value) || (value >= 0.01 && value < 1000))
    return Number.isFinite(value) ? String(Number(value.toPrecision(2))) : '–';
  const [mantissa, exponent] = value.toExponential(1).split('e');
  const power = [...String(Number(exponent))]
    .map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]))
    .join('');
  return `${mantissa}·10${power}`;
}

export const whole = (value: number): string => value.toLocaleString('en');
