/** The saturation image as numbers: what is where, and how it is coloured. */
import type { Snapshot } from 'lanewise/diagnostics';
import { layerNames } from '../../view/layer-names.js';

export interface Cells {
  /** Such as `layer 4 Tanh`. */
  place: string;
  /** Such as `tanh 1 of 1`. */
  name: string;
  /** Position among the network's layers. */
  position: number;
  kind: string;
  examples: number;
  units: number;
  /** A row an example, a column a unit: 1 where saturated, else 0. */
  image: Uint8Array;
  /** Beyond which it is saturated. */
  threshold: number;
  /** Units that are saturated in every example, at 0.99. */
  dead: readonly number[];
}

/** The activation layers of a moment, in their order. */
export function cellsOf({ layers, imageThreshold = 0.99 }: Snapshot): Cells[] {
  const names = layerNames(layers);
  return layers.flatMap(({ place, position, kind, shape, activation }) => {
    if (activation?.image === undefined) return [];
    const [examples, units] = shape;
    const { image, dead } = activation;
    return [
      {
        place,
        name: names.get(place) ?? place,
        position: Number(position),
        kind,
        examples,
        units,
        image,
        threshold: imageThreshold,
        dead,
      },
    ];
  });
}

/** In how many of the examples a unit is saturated. */
export function saturatedIn({ image, examples, units }: Cells, unit: number): number {
  let count = 0;
  for (let i = 0; i < examples; i++) count += image[i * units + unit];
  return count;
}

/** Percent of all cells. */
export function whiteShare({ image }: Cells): number {
  let count = 0;
  for (const cell of image) count += cell;
  return (100 * count) / Math.max(1, image.length);
}

/** The unit whose column is `x` to the right of the image's left edge, of an image so wide. */
export const unitAt = (x: number, width: number, units: number): number =>
  Math.max(0, Math.min(units - 1, Math.floor((x / width) * units)));

/** Where an arrow key and the like leads from a unit; undefined for a key that does not move. */
export function unitAfter(key: string, unit: number, units: number): number | undefined {
  const to = {
    ArrowLeft: unit - 1,
    ArrowRight: unit + 1,
    ArrowDown: unit - 1,
    ArrowUp: unit + 1,
    PageDown: unit - 10,
    PageUp: unit + 10,
    Home: 0,
    End: units - 1,
  }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(units - 1, to));
}

type Colour = readonly [red: number, green: number, blue: number];
/** As the charts have them; the same by day and by night, since white and black mean something. */
export const colours: Readonly<Record<'saturated' | 'open' | 'dead', Colour>> = {
  saturated: [255, 255, 254],
  open: [21, 24, 26],
  dead: [224, 64, 58],
};

/** Writes red, green, blue, opacity of each cell; a dead unit's column has its own colour. */
export function paintCells({ image, units, dead }: Cells, into: Uint8ClampedArray): void {
  const kinds = new Uint8Array(units);
  for (const unit of dead) kinds[unit] = 1;
  for (let i = 0, column = 0; i < image.length; i++) {
    const [red, green, blue] =
      image[i] === 0 ? colours.open : kinds[column] === 1 ? colours.dead : colours.saturated;
    into[4 * i] = red;
    into[4 * i + 1] = green;
    into[4 * i + 2] = blue;
    into[4 * i + 3] = 255;
    if (++column === units) column = 0;
  }
}
