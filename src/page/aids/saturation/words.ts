/** Percent with as many decimals as a small share needs, and never 0 % or 100 % of what is some or not all. */
export function percent(part: number): string {
  if (part === 0) return '0 %';
  if (part < 0.0001) return 'below 0.01 %';
  if (part < 0.01) return `${(100 * part).toFixed(2)} %`;
  if (part > 0.9999 && part < 1) return 'above 99.99 %';
  return `${(100 * part).toFixed(part > 0.99 && part < 1 ? 2 : 1)} %`;
}

/** How often something of a chance happens. */
export function oneIn(chance: number): string {
  if (chance === 0) return 'never';
  if (chance > 0.5) return 'more often than not';
  const every = 1 / chance;
  if (every > 1e9) return 'less than once in a billion';
  return `about once in ${Number(every.toPrecision(2)).toLocaleString('en')}`;
}
