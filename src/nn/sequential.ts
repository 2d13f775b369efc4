import type { Core } from '../core/core.js';
import { BaseDisposable } from '../core/dispose.js';
import { expectColumns, expectLoaded, expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { RowData } from '../core/rows.js';
import type { Dtype, Indices, Tensor } from '../core/tensor.js';
import { Generator } from '../random/generator.js';
import {
  type Buffer,
  expectCore,
  expectGenerator,
  expectSizes,
  expectStatistics,
  type Layer,
  type Parameter,
  raise,
  type Statistics,
} from './layer.js';
import { at, layerName } from './layer-names.js';
import { predict } from './predict.js';

/** What initial parameters `Sequential.to` draws. */
export interface PlaceOptions {
  /** Draws the initial parameters, by `new Generator(seed)`. */
  seed?: number | bigint;
  /** Draws them instead. Without either they are to come from a checkpoint or from `initialise`. */
  generator?: Generator;
}

/**
 * Layers one behind the other: y = fₖ(… f₂(f₁(x))). The first may take indices (`Embedding`), the others tensors. Each
 * position has a layer object of its own: a layer keeps its output for its backward.
 *
 * Names of parameters are `<position>.<name>`, as in torch.nn.Sequential. Errors: TypeError for what is no array of
 * layers, a layer without `forward`, `backward`, `parameters`, or one that stands at two positions; RangeError for one that
 * takes another number of columns than the one before it gives; what a layer throws, after its position (`layer 3: …`,
 * `layer 3.1: …` in a Sequential within). Source: torch.nn.Sequential.
 */
export class Sequential<Input extends Tensor | Indices = Tensor>
  extends BaseDisposable
  implements Layer<Input>
{
  readonly layers: readonly [Layer<Input>, ...Layer[]];
  /** Columns of the output, where the layers know them. */
  readonly outFeatures: number | undefined;
  #core: Core | undefined;
  #capacity = 0;
  #training = true;
  /** Of the last forward. */
  #x: Input | undefined;

  constructor(layers: readonly [Layer<Input>, ...Layer[]]);
  /** A list that was made at run time. */
  constructor(layers: readonly Layer<Input>[]);
  constructor(layers: readonly Layer<Input>[] | readonly [Layer<Input>, ...Layer[]], ...more: never[]) {
    super();
    if (!Array.isArray(layers) || more.length > 0)
      throw new TypeError(
        `Sequential: expected one array of layers, got ${[layers, ...more].map(came).join(', ')}`,
      );
    if (layers.length === 0) throw new RangeError('Sequential: expected at least one layer, got none');
    // A copy: an array that is made longer afterwards, for the next network, leaves this one as it is.
    const own = [...layers] as [Layer<Input>, ...Layer[]];
    (own as Layer[]).forEach((layer, position) => {
      for (const method of ['forward', 'backward', 'parameters'] as const)
        if (typeof layer?.[method] !== 'function')
          throw new TypeError(
            `Sequential: expected layer ${position} to have a method ${method}, got ${came(layer)}`,
          );
    });
    this.layers = own as unknown as readonly [Layer<Input>, ...Layer[]];
    const places = new Map<Layer, string>();
    for (const { position, layer } of placedLayers(this as unknown as Sequential)) {
      const before = places.get(layer);
      if (before !== undefined)
        throw new TypeError(
          `Sequential: expected a layer object of its own at each position, got that of ${before} at ${position} again. ` +
            'Make another one for it; parameters that are tied are not supported',
        );
      places.set(layer, position);
    }
    let width: number | undefined;
    this.#each((layer) => {
      const { inFeatures = width } = layer;
      if (width !== undefined && inFeatures !== width)
        expectColumns(layerName(layer), inFeatures as number, width);
      width = layer.outFeatures ?? ('keepsColumns' in layer ? inFeatures : undefined);
    });
    this.outFeatures = width;
  }

  get inputDtype(): Dtype {
    return this.layers[0].inputDtype ?? 'float32';
  }

  /** Columns of the input, where the first layers know them. */
  get inFeatures(): number | undefined {
    const { layers } = this;
    return layers.find((layer) => layer.inFeatures !== undefined || !('keepsColumns' in layer))?.inFeatures;
  }

  /** The core in which the parameters lie; undefined before `to` or `reserve`. */
  get core(): Core | undefined {
    return this.#core;
  }

  /** Rows that were reserved. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Whether the layers behave as in training: `train()`, or `eval()`. */
  get training(): boolean {
    return this.#training;
  }

  get out(): Tensor | undefined {
    return this.layers[this.layers.length - 1].out;
  }

  get dx(): Tensor | undefined {
    return this.layers[0].dx;
  }

  /**
   * Makes the parameters in a core and, by a seed or a generator, draws their initial values, layer after layer. Returns
   * the model.
   *
   * Errors: TypeError for what is no core, for another than before, or for both a seed and a generator; as `initialise`.
   */
  to(core: Core, options: PlaceOptions = {}): this {
    this.#expectCore('Sequential.to', core);
    expectOptions('Sequential.to', options, ['seed', 'generator']);
    const { seed, generator = seed === undefined ? undefined : new Generator(seed) } = options;
    if (seed !== undefined && options.generator !== undefined)
      throw new TypeError('Sequential.to: expected a seed or a generator, got both');
    this.#each((layer) => layer.to?.(core));
    this.#core = core;
    if (generator !== undefined) this.initialise(generator);
    return this;
  }

  #expectCore(place: string, core: Core): void {
    expectLoaded(place, core);
    expectCore(place, this.#core, core);
  }

  /** Makes parameters and buffers for so many rows at once; without it they grow when a larger batch comes. */
  reserve(core: Core, capacity: number, columns = this.inFeatures as number): number {
    this.#expectCore('Sequential.reserve', core);
    expectSizes('Sequential.reserve', capacity, columns);
    let width = columns;
    this.#each((layer) => {
      width = layer.reserve?.(core, capacity, width) ?? width;
    });
    this.#core = core;
    this.#capacity = Math.max(this.#capacity, capacity);
    return width;
  }

  #each(visit: (layer: Layer) => void): void {
    let position = 0;
    try {
      for (; position < this.layers.length; position++) visit(this.layers[position] as Layer);
    } catch (error) {
      throw at(position, error);
    }
  }

  /** Draws every layer's initial parameters, in order, from one generator. */
  initialise(generator: Generator): void {
    expectGenerator('Sequential', generator);
    this.#each((layer) => layer.initialise?.(generator));
  }

  /**
   * The outputs for some rows x, computed as after `eval()` (in the mode of `eval(…)` where the model is in it); row-major.
   * One row or many: an array of rows, or flat where the first layer knows how many columns it takes, else one row.
   *
   * Errors: Error before `to`; as `packRows`, RangeError for an index that an `Embedding` has not, each with its row; as
   * `forward`.
   */
  predict(x: RowData): Float32Array {
    const core = this.#core ?? raise(new Error('Sequential.predict: expected to(core) before it'));
    const [{ layer }] = placedLayers(this as unknown as Sequential);
    return predict('Sequential.predict', this, core, layer, x);
  }

  forward(x: Input): Tensor {
    const { layers } = this;
    let position = 0;
    this.#x = x;
    try {
      let h = layers[0].forward(x);
      for (position = 1; position < layers.length; position++) h = (layers[position] as Layer).forward(h);
      return h;
    } catch (error) {
      throw at(position, error);
    }
  }

  backward(dy: Tensor): Tensor | undefined {
    const { layers } = this;
    let position = layers.length - 1;
    try {
      let d: Tensor | undefined = dy;
      for (; position >= 0 && d !== undefined; position--) {
        const layer = layers[position] as Layer & { input?: unknown };
        const x = position === 0 ? this.#x : layers[position - 1].out;
        if (layer.input !== undefined && x !== undefined && layer.input !== x)
          throw new Error(
            'Sequential.backward: expected the forward of this model to be its last, got that of another model, ' +
              'which has the same layer object',
          );
        d = layer.backward(d);
      }
      if (position < 0) return d;
    } catch (error) {
      throw at(position, error);
    }
    throw new TypeError(
      `Sequential.backward: expected layer ${position + 1} to return the gradient of its input, got undefined`,
    );
  }

  /** Returns the model. Errors: TypeError for a mode, as torch's train(false) has it. */
  train(...mode: never[]): this {
    if (mode.length > 0) throw new TypeError(`Sequential.train: expected no mode, got ${came(mode[0])}`);
    for (const layer of this.layers) layer.train?.();
    this.#training = true;
    return this;
  }

  /** Returns the model. Errors: TypeError for other statistics; as `BatchNorm1d`. */
  eval(statistics: Statistics = 'running'): this {
    expectStatistics('Sequential.eval', statistics);
    for (const layer of this.layers) layer.eval?.(statistics);
    this.#training = false;
    return this;
  }

  parameters(): Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters());
  }

  /** The parameters with their names, in the order of `parameters()`. */
  namedParameters(): [string, Parameter][] {
    return this.layers.flatMap((layer, position) =>
      (
        innerOf(layer as Layer)?.namedParameters() ??
        layer.parameters().map((parameter): [string, Parameter] => [parameter.name, parameter])
      ).map(([name, parameter]): [string, Parameter] => [`${position}.${name}`, parameter]),
    );
  }

  buffers(): Buffer[] {
    return this.layers.flatMap((layer, position) =>
      (layer.buffers?.() ?? []).map(({ name, value }) => ({ name: `${position}.${name}`, value })),
    );
  }

  /**
   * Gives the memory of all layers back to the core: another model takes its place. Idempotent; until another `to` every
   * use throws.
   */
  dispose(): void {
    this.train();
    for (const layer of this.layers) layer.dispose?.();
    this.#core = undefined;
    this.#capacity = 0;
  }

  override toString(): string {
    const lines = this.layers.map((layer, position) => `\n(${position}): ${layer}`.replaceAll('\n', '\n  '));
    return `Sequential(${lines.join('')}\n)`;
  }
}

/** A layer and where it stands: `4`, or `2.1` in a Sequential within a Sequential, as in the parameters' names. */
export interface PlacedLayer {
  layer: Layer;
  position: string;
  /** What takes its output, and whose `dx` is the gradient of it; undefined for the last. */
  next: Layer | undefined;
}

/** The layers that a layer is made of. */
const innerOf = (layer: Layer): Sequential | undefined => (layer instanceof Sequential ? layer : layer.inner);

/**
 * The layers in the order of a forward; a Sequential among them by what is in it, and another that is made of layers behind
 * those.
 */
export function placedLayers(layer: Layer | Layer<Indices>, position = '', next?: Layer): PlacedLayer[] {
  const own = layer as Layer;
  const layers = innerOf(own)?.layers ?? [];
  const placed = layers.flatMap((inner, i) =>
    placedLayers(inner, position === '' ? `${i}` : `${position}.${i}`, layers[i + 1] ?? next),
  );
  if (!(own instanceof Sequential)) placed.push({ layer: own, position: position || '0', next });
  return placed;
}
