/**
 * Colours of the charts, lower-case #rrggbb, each of them once: the report gives them to the reader's light or dark
 * setting by replacing them with variables of the same names.
 */
export interface ChartTheme {
  name: 'light' | 'dark';
  surface: string;
  /** Titles and marked values. */
  ink: string;
  /** Axis labels. */
  muted: string;
  /** Axes and grid. */
  rule: string;
  /** A single series, and the raw values behind it. */
  accent: string;
  faint: string;
  /** The normal curve of the outputs, beside `accent` for the inputs. */
  second: string;
  /** A cell of the saturation image that is saturated, one that is not, and a unit that always is. */
  saturated: string;
  open: string;
  dead: string;
  /** Gains and biases among the weights. */
  scale: string;
  shift: string;
  embedding: string;
  /** Layers 1 … 6 by depth: hue and lightness both rise, so that the order survives colour blindness and grey print. */
  layers: readonly string[];
}

/** The colours on a light ground. */
export const light: ChartTheme = {
  name: 'light',
  surface: '#fdfdfc',
  ink: '#1d2327',
  muted: '#5b646b',
  rule: '#dfe2e4',
  accent: '#1f5fa8',
  faint: '#b4cbe4',
  second: '#c2571a',
  saturated: '#fffffe',
  open: '#15181a',
  dead: '#e0403a',
  scale: '#9ba4aa',
  shift: '#c3c9cd',
  embedding: '#4f7a83',
  layers: ['#35309b', '#7a2bae', '#b42f8f', '#d54a5f', '#df7a33', '#d6a21c'],
};

/** The colours on a dark ground. */
export const dark: ChartTheme = {
  name: 'dark',
  surface: '#14181b',
  ink: '#e8eaeb',
  muted: '#a3adb4',
  rule: '#333b41',
  accent: '#7fb2ea',
  faint: '#35506d',
  second: '#f0955a',
  saturated: '#fffffd',
  open: '#050607',
  dead: '#ff5f57',
  scale: '#76818a',
  shift: '#4d575e',
  embedding: '#86b3bb',
  layers: ['#8884f5', '#b57df0', '#e074c2', '#f98891', '#fba968', '#f7d264'],
};

/** Both, by their names. */
export const themes = { light, dark } as const;

/** Layer 0 is the embedding; beyond the sixth the colours begin again. */
export function layerColour(theme: ChartTheme, layer: number): string {
  const { layers, embedding } = theme;
  return layer <= 0 ? embedding : layers[(layer - 1) % layers.length];
}

/** Tells the seventh layer from the first, whose colour it has: dashed, and from the thirteenth on dotted. */
export function layerDash(layer: number): 'solid' | 'dashed' | 'dotted' {
  const round = Math.floor((layer - 1) / light.layers.length);
  return round <= 0 ? 'solid' : round === 1 ? 'dashed' : 'dotted';
}

/** Of one of several runs: the colours of the layers, far apart where there are few. */
export function runColour(theme: ChartTheme, run: number, runs: number): string {
  const { length } = theme.layers;
  const far = runs > 1 && runs < length ? (length - 2) / (runs - 1) : 1;
  return layerColour(theme, 1 + Math.round(run * far));
}

/** [name, colour] of every colour: `ink`, `layer-1` … */
export function namedColours(theme: ChartTheme): [string, string][] {
  const { name: _, layers, ...single } = theme;
  return [
    ...Object.entries(single),
    ...layers.map((colour, i): [string, string] => [`layer-${i + 1}`, colour]),
  ];
}
