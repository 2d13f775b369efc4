/**
 * What layers are called on the page: by their kind and how many of it come before. A name stays when batch norm is
 * switched off, as the position of a snapshot does not.
 */

/** A layer as a snapshot has it. */
export interface PlacedLayer {
  /** Such as `layer 4 Tanh`. */
  place: string;
  /** The layer's class. */
  kind: string;
}

const words: Readonly<Record<string, string>> = {
  BatchNorm1d: 'batch norm',
  LayerNorm: 'layer norm',
  Linear: 'linear',
  Tanh: 'tanh',
  Sigmoid: 'sigmoid',
  Softmax: 'softmax',
  LogSoftmax: 'log softmax',
  Embedding: 'embedding',
  Flatten: 'flatten',
  Dropout: 'dropout',
  Residual: 'residual',
};

/** There is one of each in a network that reads characters: a count would say nothing. */
const single: ReadonlySet<string> = new Set(['Embedding', 'Flatten']);

/** `tanh` for `Tanh`; functions that are written in capitals keep them: `ReLU`. */
export const kindName = (kind: string): string => words[kind] ?? kind;

/** The name of each layer by its place: `tanh 2 of 5`, `batch norm 1 of 1`, `embedding`. */
export function layerNames(layers: readonly PlacedLayer[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { kind } of layers) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const seen = new Map<string, number>();
  return new Map(
    layers.map(({ place, kind }) => {
      const number = (seen.get(kind) ?? 0) + 1;
      const count = counts.get(kind) as number;
      seen.set(kind, number);
      const alone = count === 1 && single.has(kind);
      return [place, alone ? kindName(kind) : `${kindName(kind)} ${number} of ${count}`];
    }),
  );
}

/** Of one layer; a place that the network does not have is its own name. */
export const layerName = (place: string, layers: readonly PlacedLayer[]): string =>
  layerNames(layers).get(place) ?? place;

/** Of the layer at a position, as the names of parameters and places begin: `4`, `3.0`. */
const layerAt = (position: string, layers: readonly PlacedLayer[]): PlacedLayer | undefined =>
  layers.find(({ place }) => place.startsWith(`layer ${position} `));

/** Of a parameter as a snapshot names it: `weight of linear 1 of 6` for `2.weight`. */
export function parameterName(name: string, layers: readonly PlacedLayer[]): string {
  const dot = name.lastIndexOf('.');
  const layer = layerAt(name.slice(0, dot), layers);
  return layer === undefined ? name : `${name.slice(dot + 1)} of ${layerName(layer.place, layers)}`;
}

/** Of a weight matrix, in a list of matrices alone: its layer's name. */
export function matrixName(name: string, layers: readonly PlacedLayer[]): string {
  const layer = layerAt(name.slice(0, name.lastIndexOf('.')), layers);
  return layer === undefined ? name : layerName(layer.place, layers);
}

/** A sentence of the library's, its places and parameters by these names. */
export function withLayerNames(text: string, layers: readonly PlacedLayer[]): string {
  const names = layerNames(layers);
  return text
    .replace(/\blayer [\d.]+ \w+/gi, (place) => names.get(`l${place.slice(1)}`) ?? place)
    .replace(/\b(?:parameter )?(\d+(?:\.\d+)*\.[a-z]\w*)/g, (whole, name: string) => {
      const said = parameterName(name, layers);
      return said === name ? whole : said;
    });
}
