/**
 * A trained model as ONNX.
 *
 * @module lanewise/onnx
 */

import { expectInteger, expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import { BatchNorm1d } from '../nn/batchnorm.js';
import { Embedding } from '../nn/embedding.js';
import { Flatten } from '../nn/flatten.js';
import type { Layer, Statistics } from '../nn/layer.js';
import { layerName } from '../nn/layer-names.js';
import { Linear } from '../nn/linear.js';
import { Sequential } from '../nn/sequential.js';
import { ProtobufWriter } from './protobuf.js';
import { type Bytes, littleEndian } from './safetensors.js';
import { expectParameters, type Model } from './slots.js';

/** Of `exportOnnx`. */
export interface ExportOnnxOptions {
  /** Columns of the input, where the first layer does not know them, such as the context before an `Embedding`. */
  columns?: number;
  /** Whether each BatchNorm1d becomes part of the Linear before it; default false. */
  fold?: boolean;
  /** Which statistics batch norm uses; default the running ones. */
  statistics?: Statistics;
}

/**
 * The trained model, as it computes after `eval()`, as the bytes of an ONNX file: opset 20, input `x` (N, columns) of
 * float32, or int32 before an `Embedding`, output `y`, N free. For onnxruntime in any language, and for Netron.
 *
 * Errors: TypeError for what is no model, or a layer that ONNX has nothing for, with its position; Error for a model
 * without initial parameters, or calibrated statistics before `calibrate()`. Source: onnx.proto of ONNX 1.15.
 */
export function exportOnnx(model: Model, options: ExportOnnxOptions = {}): Bytes {
  if (!Array.isArray(model?.layers))
    throw new TypeError(`exportOnnx: expected model to be a Sequential, got ${came(model)}`);
  expectOptions('exportOnnx', options, ['columns', 'fold', 'statistics']);
  const { columns = model.inFeatures, fold = false, statistics = 'running' } = options;
  if (columns !== undefined) expectInteger('exportOnnx', 'columns', columns, 1);
  expectParameters('exportOnnx', model);
  const graph = new Graph();
  const output = addLayers(graph, model as Sequential, '', 'x', { fold, statistics });
  graph.node('Identity', '', [output], 'y');
  const inputType = model.inputDtype === 'int32' ? INT32 : FLOAT;
  return new ProtobufWriter()
    .integer(1, 9) // ir_version
    .text(2, 'lanewise')
    .message(7, (writer) => {
      graph.write(writer);
      writer.message(11, (input) => valueInfo(input, 'x', inputType, ['N', columns ?? 'columns']));
      writer.message(12, (out) => valueInfo(out, 'y', FLOAT, ['N', 'outputs']));
    })
    .message(8, (opset) => opset.text(1, '').integer(2, 20))
    .finish();
}

// TensorProto.DataType.
const FLOAT = 1;
const INT32 = 6;

type Attribute =
  | { name: string; float: number }
  | { name: string; int: number }
  | { name: string; text: string };

/** Nodes and initializers of a GraphProto, and names for what flows between them. */
class Graph {
  readonly #nodes: ((writer: ProtobufWriter) => void)[] = [];
  readonly #initializers: ((writer: ProtobufWriter) => void)[] = [];
  #names = 0;

  /** Adds a node; returns the name of its output. */
  node(
    type: string,
    position: string,
    inputs: readonly string[],
    output = `h${this.#names++}`,
    attributes: readonly Attribute[] = [],
  ): string {
    this.#nodes.push((writer) => {
      for (const input of inputs) writer.text(1, input);
      writer.text(2, output);
      writer.text(3, position === '' ? type : `${position} ${type}`);
      writer.text(4, type);
      for (const attribute of attributes) writer.message(5, (inner) => writeAttribute(inner, attribute));
    });
    return output;
  }

  /** Adds a constant; returns its name. */
  constant(name: string, shape: readonly number[], values: Float32Array): string {
    this.#initializers.push((writer) => {
      for (const size of shape) writer.integer(1, size);
      writer.integer(2, FLOAT).text(8, name).bytes(9, littleEndian(values));
    });
    return name;
  }

  write(writer: ProtobufWriter): void {
    for (const write of this.#nodes) writer.message(1, write);
    writer.text(2, 'lanewise');
    for (const write of this.#initializers) writer.message(5, write);
  }
}

function writeAttribute(writer: ProtobufWriter, attribute: Attribute): void {
  writer.text(1, attribute.name);
  if ('float' in attribute) writer.float(2, attribute.float).integer(20, 1);
  else if ('int' in attribute) writer.integer(3, attribute.int).integer(20, 2);
  else writer.text(4, attribute.text).integer(20, 3);
}

/** A ValueInfoProto: a name, a type, and sizes, of which text is free. */
function valueInfo(
  writer: ProtobufWriter,
  name: string,
  type: number,
  shape: readonly (number | string)[],
): ProtobufWriter {
  return writer.text(1, name).message(2, (typeProto) =>
    typeProto.message(1, (tensor) =>
      tensor.integer(1, type).message(2, (sizes) => {
        for (const size of shape)
          sizes.message(1, (dim) => (typeof size === 'number' ? dim.integer(1, size) : dim.text(2, size)));
      }),
    ),
  );
}

interface How {
  fold: boolean;
  statistics: Statistics;
}

/** The layers one behind the other; returns the name of the last one's output. */
function addLayers(graph: Graph, model: Sequential, prefix: string, input: string, how: How): string {
  let h = input;
  const { layers } = model;
  for (let i = 0; i < layers.length; i++) {
    const layer: unknown = layers[i];
    const next: unknown = layers[i + 1];
    const position = `${prefix}${i}`;
    if (how.fold && layer instanceof Linear && next instanceof BatchNorm1d) {
      h = addLinear(graph, position, h, layer, next.affine(how.statistics));
      i++;
    } else h = addLayer(graph, position, h, layer as Layer, how);
  }
  return h;
}

function addLayer(graph: Graph, position: string, x: string, layer: Layer, how: How): string {
  if (layer instanceof Sequential) return addLayers(graph, layer, `${position}.`, x, how);
  if (layer instanceof Linear) return addLinear(graph, position, x, layer);
  if (layer instanceof Embedding) {
    const weight = constantOf(graph, `${position}.weight`, layer.weight.value);
    return graph.node('Gather', position, [weight, x]);
  }
  if (layer instanceof Flatten) return graph.node('Flatten', position, [x]);
  if (layer instanceof BatchNorm1d) return addBatchNorm(graph, position, x, layer, how.statistics);
  const name = layerName(layer);
  const add = Object.hasOwn(OTHERS, name) ? OTHERS[name] : undefined;
  if (add === undefined)
    throw new TypeError(`exportOnnx: expected layers that ONNX has, got ${name} at layer ${position}`);
  return add(graph, position, x, layer as never, how);
}

/** y = x W + b; with `affine` the columns of W and b are scaled and shifted. */
function addLinear(
  graph: Graph,
  position: string,
  x: string,
  { weight, bias, inFeatures, outFeatures }: Linear,
  affine?: { scale: Float64Array; shift: Float64Array },
): string {
  let w = weight.value.toArray();
  let b = bias?.value.toArray();
  if (affine !== undefined) {
    const { scale, shift } = affine;
    w = w.map((value, i) => value * scale[i % outFeatures]);
    b = (b ?? new Float32Array(outFeatures)).map((value, j) => value * scale[j] + shift[j]);
  }
  const inputs = [x, graph.constant(`${position}.weight`, [inFeatures, outFeatures], w)];
  if (b !== undefined) inputs.push(graph.constant(`${position}.bias`, [outFeatures], b));
  return graph.node('Gemm', position, inputs);
}

/** As scale · x + shift where it tracks a deviation, which ONNX's operator does not take. */
function addBatchNorm(
  graph: Graph,
  position: string,
  x: string,
  layer: BatchNorm1d,
  statistics: Statistics,
): string {
  const { scale, shift } = layer.affine(statistics);
  const m = [layer.numFeatures];
  const scales = graph.constant(`${position}.scale`, m, Float32Array.from(scale));
  const shifts = graph.constant(`${position}.shift`, m, Float32Array.from(shift));
  return graph.node('Add', position, [graph.node('Mul', position, [x, scales]), shifts]);
}

const constantOf = (graph: Graph, name: string, tensor: Tensor): string =>
  graph.constant(name, tensor.shape, tensor.toArray());

type Add<L> = (graph: Graph, position: string, x: string, layer: L, how: How) => string;

const same =
  (type: string): Add<unknown> =>
  (graph, position, x) =>
    graph.node(type, position, [x]);

/** By the name that a layer prints. */
const OTHERS: Record<string, Add<never>> = {
  Tanh: same('Tanh'),
  ReLU: same('Relu'),
  Sigmoid: same('Sigmoid'),
  Softmax: same('Softmax'),
  LogSoftmax: same('LogSoftmax'),
  // In eval mode it does nothing.
  Dropout: (_graph, _position, x) => x,
  LeakyReLU: (graph, position, x, { negativeSlope }: { negativeSlope: number }) =>
    graph.node('LeakyRelu', position, [x], undefined, [{ name: 'alpha', float: negativeSlope }]),
  ELU: (graph, position, x, { alpha }: { alpha: number }) =>
    graph.node('Elu', position, [x], undefined, [{ name: 'alpha', float: alpha }]),
  GELU: (graph, position, x, { approximate }: { approximate: string }) =>
    graph.node('Gelu', position, [x], undefined, [{ name: 'approximate', text: approximate }]),
  SiLU: (graph, position, x) => graph.node('Mul', position, [x, graph.node('Sigmoid', position, [x])]),
  Softplus(graph, position, x, { beta, threshold }: { beta: number; threshold: number }) {
    const factor = beta === 1 ? undefined : graph.constant(`${position}.beta`, [1], Float32Array.of(beta));
    const scaled = factor === undefined ? x : graph.node('Mul', position, [x, factor]);
    const bent = graph.node('Softplus', position, [scaled]);
    const y = factor === undefined ? bent : graph.node('Div', position, [bent, factor]);
    // Beyond 20 the bend is below the last digit of x.
    if (threshold >= 20) return y;
    const end = graph.constant(`${position}.threshold`, [1], Float32Array.of(threshold));
    return graph.node('Where', position, [graph.node('Greater', position, [scaled, end]), x, y]);
  },
  LayerNorm(
    graph,
    position,
    x,
    {
      weight,
      bias,
      numFeatures,
      eps,
    }: {
      weight?: { value: Tensor };
      bias?: { value: Tensor };
      numFeatures: number;
      eps: number;
    },
  ) {
    const ones = new Float32Array(numFeatures).fill(1);
    const scale = graph.constant(`${position}.weight`, [numFeatures], weight?.value.toArray() ?? ones);
    const shift =
      bias === undefined ? [] : [graph.constant(`${position}.bias`, [numFeatures], bias.value.toArray())];
    const attributes = [{ name: 'epsilon', float: eps }];
    return graph.node('LayerNormalization', position, [x, scale, ...shift], undefined, attributes);
  },
  Residual: (graph, position, x, { layers }: { layers: Layer[] }, how) =>
    graph.node('Add', position, [
      x,
      addLayers(graph, { layers } as unknown as Sequential, `${position}.`, x, how),
    ]),
};
