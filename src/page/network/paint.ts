/** Painting of cells and ridges on canvases. What is painted again and again keeps its memory. */

import { pixelDensity } from '../view/pixel-density.js';
import { paintValues, type Scheme, valuePixel } from '../view/value-colour.js';
import { type Grid, smoothed } from './geometry.js';

/** Cells from this size on, in pixels of the screen, have a line between them. */
const APART = 5;

/** A canvas whose pixels are those of the screen. */
export class Surface {
  readonly context: CanvasRenderingContext2D;
  constructor(readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('network: expected a canvas to paint on, got none');
    this.context = context;
  }

  /** Takes over the size that the page gives it, and wipes it. Returns the size in pixels of the screen. */
  begin(): { width: number; height: number; scale: number } {
    const { canvas, context } = this;
    const scale = pixelDensity(canvas);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * scale));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    else context.clearRect(0, 0, width, height);
    return { width, height, scale };
  }
}

/** Values as cells of a grid. */
export class CellPainter {
  readonly #small = document.createElement('canvas');
  #image: ImageData | undefined;
  #pixels = new Uint32Array(0);

  paint(
    context: CanvasRenderingContext2D,
    values: ArrayLike<number>,
    grid: Grid,
    { most, scheme, surface }: { most: number; scheme: Scheme; surface: string },
  ): void {
    const { columns, rows, width, height, left, top } = grid;
    if (values.length === 0) return;
    const small = this.#small.getContext('2d');
    if (small === null) return;
    let image = this.#image;
    if (image?.width !== columns || image.height !== rows) {
      Object.assign(this.#small, { width: columns, height: rows });
      image = small.createImageData(columns, rows);
      this.#image = image;
      this.#pixels = new Uint32Array(image.data.buffer);
    }
    paintValues(values, most, scheme, this.#pixels);
    this.#pixels.fill(0, values.length);
    small.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#small, left, top, columns * width, rows * height);
    if (width < APART || height < APART) return;
    context.fillStyle = surface;
    for (let column = 1; column < columns; column++)
      context.fillRect(left + column * width - 1, top, 1, rows * height);
    for (let row = 1; row < rows; row++) context.fillRect(left, top + row * height - 1, columns * width, 1);
  }
}

export interface RidgeLook {
  /** Whether the values go up rather than to the right. */
  vertical: boolean;
  /** Whether the ridge is on the other side: what flows from right to left. */
  back: boolean;
  fill: string;
  line: string;
  rule: string;
  /** Pixels of the screen in one of the page. */
  scale: number;
  /** Values at which there is a line, beside 0, as shares of half the axis. */
  marks: readonly number[];
  /** Only the line, for a second ridge over the first. */
  outline?: boolean;
  /** How much longer its axis is than the one that it is drawn on. */
  stretch?: number;
}

/** How values are spread, as a smooth filled line. */
export class RidgePainter {
  #smooth = new Float32Array(0);

  paint(
    context: CanvasRenderingContext2D,
    density: Float32Array,
    width: number,
    height: number,
    look: RidgeLook,
  ): void {
    const { vertical, back, fill, line, rule, scale, marks, outline, stretch = 1 } = look;
    const { length } = density;
    if (this.#smooth.length !== length) this.#smooth = new Float32Array(length);
    const smooth = this.#smooth;
    const peak = smoothed(density, smooth);
    const [along, across] = vertical ? [height, width] : [width, height];
    const pad = Math.round(scale);
    // In its own measure: `at` along the values, `up` from the base of the ridge.
    const x = (at: number, up: number) => (vertical ? (back ? width - pad - up : pad + up) : at);
    const y = (at: number, up: number) => (vertical ? height - at : back ? pad + up : height - pad - up);
    if (!outline) {
      context.fillStyle = rule;
      for (const mark of [0, ...marks]) {
        const at = Math.round(((mark + 1) / 2) * along);
        if (vertical) context.fillRect(0, height - at, width, pad);
        else context.fillRect(at, 0, pad, height);
      }
    }
    if (peak === 0) return;
    const most = across - 3 * pad;
    context.beginPath();
    context.moveTo(x(0, 0), y(0, 0));
    for (let i = 0; i < length; i++) {
      const at = (((i + 0.5) / length - 0.5) * stretch + 0.5) * along;
      context.lineTo(x(at, smooth[i] * most), y(at, smooth[i] * most));
    }
    context.lineTo(x(along, 0), y(along, 0));
    if (!outline) {
      context.fillStyle = fill;
      context.fill();
    }
    context.strokeStyle = line;
    context.lineWidth = (outline ? 1.5 : 1) * scale;
    context.stroke();
  }
}

/** log10 of update to data: what the gauge reaches over, where the lecture wants it, and from where it is too fast. */
const GAUGE = { from: -5, to: 0 };
const WANTED = -3;
export const FAST = -2;

interface GaugeLook {
  vertical: boolean;
  scale: number;
  rule: string;
  line: string;
  fill: string;
  fast: string;
}

/** A bar for each parameter of a layer, and the line that they should be near. */
export function paintUpdates(
  context: CanvasRenderingContext2D,
  ratios: readonly number[],
  width: number,
  height: number,
  { vertical, scale, rule, line, fill, fast }: GaugeLook,
): void {
  const [along, across] = vertical ? [height, width] : [width, height];
  const at = (ratio: number) =>
    (Math.max(0, Math.min(1, (ratio - GAUGE.from) / (GAUGE.to - GAUGE.from))) || 0) * along;
  const rect = (from: number, to: number, begin: number, thick: number) => {
    if (vertical) context.fillRect(begin, height - to, thick, to - from);
    else context.fillRect(from, begin, to - from, thick);
  };
  const thin = Math.max(1, Math.round(scale));
  context.fillStyle = rule;
  rect(0, along, 0, thin);
  const thick = Math.min(across / Math.max(2, ratios.length), 14 * scale);
  ratios.forEach((ratio, i) => {
    context.fillStyle = ratio > FAST ? fast : fill;
    rect(
      0,
      at(ratio),
      i * (across / Math.max(1, ratios.length)) + 2 * thin,
      Math.max(thin, thick - 4 * thin),
    );
  });
  if (ratios.length === 0) return;
  context.fillStyle = line;
  rect(Math.round(at(WANTED)), Math.round(at(WANTED)) + thin, 0, across);
}

/** The scale itself, from −most to most, left to right. */
export function paintScale(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  scheme: Scheme,
): void {
  const image = context.createImageData(width, 1);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < width; i++) pixels[i] = valuePixel((2 * (i + 0.5)) / width - 1, 1, scheme);
  for (let row = 0; row < height; row++) context.putImageData(image, 0, row);
}
