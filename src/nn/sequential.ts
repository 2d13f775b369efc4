import type { Core } from '../core/core.js';
import { symbolDispose } from '../core/dispose.js';
import { expectInteger } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Dtype, Indices, Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import { type Buffer, expectGenerator, type Layer, type Parameter, type Statistics } from './layer.js';

/**
 * Layers one behind the other: y = fₖ(… f₂(f₁(x))). The first may take indices (`Embedding`), the others tensors. Each
 * position has a layer object of its own: a layer keeps its output for its backward.
 *
 * Names of parameters are `<position>.<name>`, as in torch.nn.Sequential. Errors: TypeError for what is no array of
 * layers, a layer without `forward`, `backward`, `parameters`, or one that stands at two positions; what a layer throws,
 * after its position (`layer 3: …`, `layer 3.1: …` in a Sequential within).
 */
export class Sequential<Input extends Tensor | Indices = Tensor> implements Layer<Input>, Disposable {
  readonly layers: readonly [Layer<Input>, ...Layer[]];

  constructor(layers: readonly [Layer<Input>, ...Layer[]], ...more: never[]) {
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
    this.layers = own;
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
  }

  get inputDtype(): Dtype {
    return this.layers[0].inputDtype ?? 'float32';
  }

  get out(): Tensor | undefined {
    return this.layers[this.layers.length - 1].out;
  }

  get dx(): Tensor | undefined {
    return this.layers[0].dx;
  }

  reserve(core: Core, capacity: number, columns: number): number {
    if (typeof core?.allocate !== 'function')
      throw new TypeError(
        `Sequential.reserve: expected core to be a Core, from await load(), got ${came(core)}`,
      );
    expectInteger('Sequential.reserve', 'capacity', capacity, 1);
    expectInteger('Sequential.reserve', 'columns', columns, 1);
    let position = 0;
    try {
      let width = columns;
      for (; position < this.layers.length; position++)
        width = this.layers[position].reserve?.(core, capacity, width) ?? width;
      return width;
    } catch (error) {
      throw at(position, error);
    }
  }

  /** Draws every layer's initial parameters, in order, from one generator. */
  initialise(generator: Generator): void {
    expectGenerator('Sequential', generator);
    for (const layer of this.layers) layer.initialise?.(generator);
  }

  forward(x: Input): Tensor {
    const { layers } = this;
    let position = 0;
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
      for (; position >= 0 && d !== undefined; position--) d = layers[position].backward(d);
      if (position < 0) return d;
    } catch (error) {
      throw at(position, error);
    }
    throw new TypeError(
      `Sequential.backward: expected layer ${position + 1} to return the gradient of its input, got undefined`,
    );
  }

  train(): void {
    for (const layer of this.layers) layer.train?.();
  }

  eval(statistics: Statistics = 'running'): void {
    for (const layer of this.layers) layer.eval?.(statistics);
  }

  parameters(): Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters());
  }

  /** The parameters with their names, in the order of `parameters()`. */
  namedParameters(): [string, Parameter][] {
    return this.layers.flatMap((layer, position) =>
      (layer instanceof Sequential
        ? layer.namedParameters()
        : layer.parameters().map((parameter): [string, Parameter] => [parameter.name, parameter])
      ).map(([name, parameter]): [string, Parameter] => [`${position}.${name}`, parameter]),
    );
  }

  buffers(): Buffer[] {
    return this.layers.flatMap((layer, position) =>
      (layer.buffers?.() ?? []).map(({ name, value }) => ({ name: `${position}.${name}`, value })),
    );
  }

  /**
   * Gives the memory of all layers back to the core: another model takes its place. Idempotent; until another `reserve`
   * every use throws.
   */
  dispose(): void {
    for (const layer of this.layers) layer.dispose?.();
  }

  [symbolDispose](): void {
    this.dispose();
  }

  toString(): string {
    const lines = this.layers.map((layer, position) => `(${position}): ${layer}`.replaceAll('\n', '\n  '));
    return `Sequential(\n${lines.map((line) => `  ${line}\n`).join('')})`;
  }
}

/** A layer and where it stands: `4`, or `2.1` in a Sequential within a Sequential, as in the parameters' names. */
export interface PlacedLayer {
  layer: Layer;
  position: string;
}

/** The layers in the order of a forward; a Sequential among them by what is in it. */
export function placedLayers(layer: Layer | Layer<Indices>, position = ''): PlacedLayer[] {
  return layer instanceof Sequential
    ? layer.layers.flatMap((inner, i) =>
        placedLayers(inner as Layer, position === '' ? `${i}` : `${position}.${i}`),
      )
    : [{ layer: layer as Layer, position: position === '' ? '0' : position }];
}

/** The name of a layer's class, by what it prints, since a bundler may shorten the names of classes. */
export function layerName(layer: Layer): string {
  const [name] = /^\w*/.exec(String(layer)) ?? [];
  return name || layer.constructor.name;
}

const LAYER = /^layer ([\d.]+: )/;

/** The error of a layer with the position in front of its message. */
function at(position: number, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message } = error;
  const placed = `layer ${position}${LAYER.test(message) ? message.replace(LAYER, '.$1') : `: ${message}`}`;
  try {
    error.message = placed;
  } catch {
    // A message that cannot be written, as that of a DOMException: the signal's reason thrown in a hook.
  }
  return error;
}
