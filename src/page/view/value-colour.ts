/** The one colour scale for signed values on the page: the surface at 0, warm above, cold below. */

export type Scheme = 'light' | 'dark';
type Rgb = readonly [red: number, green: number, blue: number];

/**
 * From the lowest value to the highest, evenly apart; the middle is the surface of the theme. Blue and orange stay
 * apart for each kind of colour blindness, and both grow away from the surface in lightness alone.
 */
const stops: Readonly<Record<Scheme, readonly Rgb[]>> = {
  light: [
    [18, 62, 122],
    [44, 110, 180],
    [141, 181, 222],
    [253, 253, 252],
    [244, 178, 126],
    [212, 98, 34],
    [138, 48, 8],
  ],
  dark: [
    [176, 214, 255],
    [94, 158, 230],
    [42, 82, 128],
    [20, 24, 27],
    [128, 66, 28],
    [226, 128, 62],
    [255, 208, 164],
  ],
};

/** What is no finite number: grey of neither side. */
const NOT_FINITE: Readonly<Record<Scheme, Rgb>> = { light: [217, 40, 170], dark: [255, 90, 205] };

const STEPS = 256;

/** 0xAABBGGRR of 2·STEPS + 1 evenly spaced values from −1 to 1, for the little-endian pixels of a canvas; then of NaN. */
function tableOf(scheme: Scheme): Uint32Array {
  const table = new Uint32Array(2 * STEPS + 2);
  for (let i = 0; i <= 2 * STEPS; i++) table[i] = packed(between(stops[scheme], i / (2 * STEPS)));
  table[2 * STEPS + 1] = packed(NOT_FINITE[scheme]);
  return table;
}

const tables: Readonly<Record<Scheme, Uint32Array>> = { light: tableOf('light'), dark: tableOf('dark') };

function between(colours: readonly Rgb[], at: number): Rgb {
  const place = at * (colours.length - 1);
  const from = Math.min(colours.length - 2, Math.floor(place));
  const share = place - from;
  return colours[from].map((low, i) => Math.round(low + share * (colours[from + 1][i] - low))) as never;
}

function packed([red, green, blue]: Rgb): number {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

const place = (value: number): number =>
  Number.isFinite(value)
    ? Math.round(STEPS * (1 + Math.max(-1, Math.min(1, value))))
    : Number.isNaN(value)
      ? 2 * STEPS + 1
      : value > 0
        ? 2 * STEPS
        : 0;

/** Pixel, 0xAABBGGRR, of value / most; beyond ±most the colour of ±most, NaN has one of its own. */
export function valuePixel(value: number, most: number, scheme: Scheme): number {
  return tables[scheme][place(most > 0 ? value / most : value === 0 ? 0 : Math.sign(value))];
}

/** The same for a style. */
export function valueColour(value: number, most: number, scheme: Scheme): string {
  const pixel = valuePixel(value, most, scheme);
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}

/** Writes the pixels of values, in their order. */
export function paintValues(
  values: ArrayLike<number>,
  most: number,
  scheme: Scheme,
  into: Uint32Array,
): void {
  for (let i = 0; i < values.length; i++) into[i] = valuePixel(values[i], most, scheme);
}
