import type { Core } from '../core/core.js';
import { expectInteger } from '../core/expect.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import type { Buffer, Layer, Parameter, Statistics } from './layer.js';

/**
 * Layers one behind the other: y = fₖ(… f₂(f₁(x))). The first may take indices (`Embedding`), the others tensors.
 *
 * Names of parameters are `<position>.<name>`, as in torch.nn.Sequential. Errors: TypeError for a layer without
 * `forward`, `backward`, `parameters`; what a layer throws.
 */
export class Sequential<Input extends Tensor | Indices = Tensor> implements Layer<Input> {
  readonly layers: readonly [Layer<Input>, ...Layer[]];

  constructor(layers: readonly [Layer<Input>, ...Layer[]]) {
    if (layers.length === 0) throw new RangeError('Sequential: expected at least one layer, got none');
    layers.forEach((layer, position) => {
      for (const method of ['forward', 'backward', 'parameters'] as const)
        if (typeof layer[method] !== 'function')
          throw new TypeError(`Sequential: expected layer ${position} to have a method ${method}`);
    });
    this.layers = layers;
  }

  get out(): Tensor | undefined {
    return this.layers[this.layers.length - 1].out;
  }

  get dx(): Tensor | undefined {
    return this.layers[0].dx;
  }

  reserve(core: Core, capacity: number, columns: number): number {
    expectInteger('Sequential.reserve', 'capacity', capacity, 1);
    expectInteger('Sequential.reserve', 'columns', columns, 1);
    let width = columns;
    for (const layer of this.layers) width = layer.reserve?.(core, capacity, width) ?? width;
    return width;
  }

  /** Draws every layer's initial parameters, in order, from one generator. */
  initialise(generator: Generator): void {
    for (const layer of this.layers) layer.initialise?.(generator);
  }

  forward(x: Input): Tensor {
    const { layers } = this;
    let h = layers[0].forward(x);
    for (let i = 1; i < layers.length; i++) h = (layers[i] as Layer).forward(h);
    return h;
  }

  backward(dy: Tensor): Tensor | undefined {
    const { layers } = this;
    let d: Tensor | undefined = dy;
    for (let i = layers.length - 1; i >= 0; i--) {
      if (d === undefined)
        throw new TypeError(
          `Sequential.backward: expected layer ${i + 1} to return the gradient of its input`,
        );
      d = layers[i].backward(d);
    }
    return d;
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
}
