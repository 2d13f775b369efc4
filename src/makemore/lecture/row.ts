/** One line of a cell: what came out here, and what the notebook printed in its place. */
export interface Row {
  label: string;
  ours: string;
  /** Absent where the notebook prints nothing here, or was not run on these names. */
  notebook?: string;
  agrees?: boolean;
}

/** A line of words. */
export const text = (label: string, ours: string, notebook?: string): Row =>
  notebook === undefined ? { label, ours } : { label, ours, notebook, agrees: ours === notebook };

/**
 * A number with so many decimals. It agrees where it is within the tolerance of the printed one: by default half a unit
 * of the last decimal, for the digits that the print left off, and a tenth more for rounding.
 */
export function number(
  label: string,
  ours: number,
  decimals: number,
  printed?: number,
  tolerance = 0.6 * 10 ** -decimals,
): Row {
  const show = (value: number) => value.toFixed(decimals);
  if (printed === undefined) return { label, ours: show(ours) };
  return { label, ours: show(ours), notebook: show(printed), agrees: Math.abs(ours - printed) <= tolerance };
}

/** The same with significant digits, as `f'{x:e}'`; the tolerance is relative. */
export function scientific(
  label: string,
  ours: number,
  digits: number,
  printed?: number,
  tolerance = 1e-5,
): Row {
  const show = (value: number) => value.toExponential(digits);
  if (printed === undefined) return { label, ours: show(ours) };
  const agrees = Math.abs(ours - printed) <= tolerance * Math.abs(printed);
  return { label, ours: show(ours), notebook: show(printed), agrees };
}
