/**
 * One table of all functions of each element. From it come the tests of the kernels (sizes, guard words, special values, in
 * place, both backends' bits, errors in ulps, slopes by central differences), those of the layers, torch's numbers, the
 * sweep over all floats (test/sweep/accuracy.mjs) and the table in docs/pytorch-and-onnx.md.
 */
import { elementary } from '../../src/core/reference/elementary.js';
import type { Elementwise } from '../../src/nn/activation.js';
import {
  ELU,
  elementwise,
  GELU,
  LeakyReLU,
  ReLU,
  Sigmoid,
  SiLU,
  Softplus,
  Tanh,
} from '../../src/nn/activations.js';
import type { Layer } from '../../src/nn/layer.js';
import { density, distribution } from './distribution.js';

const { exp, expm1, fround, log1p, PI, sqrt, tanh } = Math;

/** What there is to know of a function beside what it is made of. */
interface Entry {
  /** The layer, with options of torch's names. */
  layer(options?: never): Layer;
  /** As the documentation writes them. */
  readonly formula: string;
  readonly derivative: string;
  /** y of x in double, and its derivative. */
  exact(x: number, ...scalars: number[]): number;
  slope(x: number, ...scalars: number[]): number;
  /** At most so many ulps off over all floats, or those that the kernel's head names: y, and dx of dy = 1 where only its last step is rounded to float. */
  readonly ulps: { readonly y: number; readonly dx?: number };
  /** dx where the kernel rounds each operation to float: of dy and what it goes by, before the last rounding. */
  rounded?(dy: number, by: number, ...scalars: number[]): number;
  /** Scalars to test with beside the usual ones. */
  readonly scalars?: readonly (readonly number[])[];
  /** Whether y falls somewhere while x rises. */
  readonly turns?: boolean;
  /** What torch's recording of it has. */
  readonly recorded: Readonly<Record<string, unknown>>;
}

const sigmoid = (x: number) => 1 / (1 + exp(-x));
/** 2 √(2/π) (x + 0.044715 x³), and its derivative. */
const gate = (x: number) => 2 * sqrt(2 / PI) * (x + 0.044715 * x * x * x);
const gateSlope = (x: number) => 2 * sqrt(2 / PI) * (1 + 3 * 0.044715 * x * x);

/** x times a sigmoid of u, and the derivative. */
const gated = (x: number, u: number) => x * sigmoid(u);
const gatedSlope = (x: number, u: number, du: number) => sigmoid(u) * (1 + x * du * (1 - sigmoid(u)));

/** Of each function that `elementwise` lists: one that is missing does not compile. */
const TABLE: Readonly<Record<keyof ReturnType<typeof elementwise>, Entry>> = {
  TANH: {
    layer: (options) => new Tanh(options),
    formula: 'tanh x',
    derivative: '1 − y²',
    exact: tanh,
    slope: (x) => 1 - tanh(x) ** 2,
    rounded: (dy, y) => dy * fround(1 - fround(y * y)),
    ulps: { y: 0.9271 },
    recorded: { layer: 'tanh' },
  },
  RELU: {
    layer: (options) => new ReLU(options),
    formula: 'max(x, 0)',
    derivative: '1 where y > 0, else 0',
    exact: (x) => (x === 0 ? x : Math.max(x, 0)),
    slope: (x) => (x <= 0 ? 0 : 1),
    rounded: (dy, y) => (y <= 0 ? 0 : dy),
    ulps: { y: 0, dx: 0 },
    recorded: { layer: 'relu' },
  },
  LEAKY_RELU: {
    layer: (options) => new LeakyReLU(options),
    formula: 'x where x > 0, else negativeSlope · x',
    derivative: '1 where x > 0, else negativeSlope',
    exact: (x, slope) => (x > 0 ? x : x * slope),
    slope: (x, slope) => (x > 0 ? 1 : slope),
    rounded: (dy, x, slope) => (x > 0 ? dy : dy * slope),
    ulps: { y: 0.5, dx: 0.5 },
    scalars: [[0.2], [0], [1.7], [-2]],
    recorded: { layer: 'leaky_relu' },
  },
  SIGMOID: {
    layer: (options) => new Sigmoid(options),
    formula: '1 / (1 + e⁻ˣ)',
    derivative: 'y (1 − y)',
    exact: sigmoid,
    slope: (x) => sigmoid(x) * (1 - sigmoid(x)),
    rounded: (dy, y) => fround(dy * fround(1 - y)) * y,
    ulps: { y: 0.500001 },
    recorded: { layer: 'sigmoid' },
  },
  ELU: {
    layer: (options) => new ELU(options),
    formula: 'x where x > 0, else alpha (eˣ − 1)',
    derivative: '1 where x > 0, else alpha eˣ',
    exact: (x, alpha) => (x > 0 ? x : (expm1(x) + 0) * alpha),
    slope: (x, alpha) => (x <= 0 ? alpha * exp(x) : 1),
    ulps: { y: 0.500001, dx: 0.500001 },
    scalars: [[0.7], [0.1], [0], [1.7], [-2]],
    recorded: { layer: 'elu' },
  },
  SILU: {
    layer: (options) => new SiLU(options),
    formula: 'x σ(x), σ(x) = 1 / (1 + e⁻ˣ)',
    derivative: 'σ(x) (1 + x (1 − σ(x)))',
    exact: (x) => gated(x, x),
    slope: (x) => gatedSlope(x, x, 1),
    ulps: { y: 0.500001, dx: 0.500001 },
    turns: true,
    recorded: { layer: 'silu' },
  },
  GELU: {
    layer: (options) => new GELU(options),
    formula: 'x Φ(x), Φ of the normal distribution',
    derivative: 'Φ(x) + x φ(x)',
    exact: (x) => x * distribution(x),
    slope: (x) => {
      const sum = distribution(x) + x * density(x);
      // Negative to its end, where both terms are 0.
      return sum === 0 ? -0 : sum;
    },
    ulps: { y: 0.500001, dx: 0.5626 },
    turns: true,
    recorded: { layer: 'gelu', approximate: 'none' },
  },
  GELU_TANH: {
    layer: () => new GELU({ approximate: 'tanh' }),
    formula: 'x σ(2u), u = √(2/π) (x + 0.044715 x³)',
    derivative: 'σ(2u) (1 + 2 x u′ (1 − σ(2u)))',
    exact: (x) => gated(x, gate(x)),
    slope: (x) => gatedSlope(x, gate(x), gateSlope(x)),
    ulps: { y: 0.500001, dx: 0.500001 },
    turns: true,
    recorded: { layer: 'gelu', approximate: 'tanh' },
  },
  SOFTPLUS: {
    layer: (options) => new Softplus(options),
    formula: 'ln(1 + e^(beta x)) / beta where beta x ≤ threshold, else x',
    derivative: 'σ(beta x) where beta x ≤ threshold, else 1',
    exact: (x, beta, threshold) =>
      beta * x > threshold ? x : (Math.max(beta * x, 0) + log1p(exp(-Math.abs(beta * x)))) / beta,
    slope: (x, beta, threshold) => (beta * x > threshold ? 1 : sigmoid(beta * x)),
    ulps: { y: 0.500001, dx: 0.500001 },
    scalars: [
      [1.5, 20],
      [0.3, 2],
      [-1, 20],
    ],
    recorded: { layer: 'softplus' },
  },
};

/** A function and its spec. */
export interface Listed extends Entry {
  readonly spec: Elementwise<unknown>;
  /** `GELU, tanh`. */
  readonly title: string;
  /** The usual scalars, as the kernel takes them. */
  readonly usual: readonly number[];
}

const titleOf = ({ name }: Elementwise<unknown>, { recorded: { approximate } }: Entry): string =>
  approximate === 'tanh' ? `${name}, ${approximate}` : name;

export const listed: readonly Listed[] = Object.entries(elementwise()).map(([key, spec]) => {
  const entry = TABLE[key as keyof typeof TABLE];
  return {
    ...entry,
    spec,
    title: titleOf(spec, entry),
    usual: Object.values(spec.scalars ?? {}).map(fround),
  };
});

/** A kernel with one input: the forward of a function, or what the others are computed with. */
export interface Unary {
  readonly title: string;
  readonly family: { readonly name: string; readonly reference: Elementwise<unknown>['family']['reference'] };
  forward: Elementwise<unknown>['forward'];
  exact(x: number, ...scalars: number[]): number;
  readonly ulps: { readonly y: number };
  readonly usual: readonly number[];
  readonly scalars?: readonly (readonly number[])[];
  readonly turns?: boolean;
  /** Whether it is defined above 0 alone, and rises there. */
  readonly positive?: boolean;
}

type Elementary = ReturnType<typeof elementary>;
const family = { name: 'elementary', reference: elementary };

export const unary: readonly Unary[] = [
  ...listed.map(({ spec, ...entry }) => ({ ...entry, family: spec.family, forward: spec.forward })),
  {
    title: 'exp',
    family,
    forward: (kernels) => (kernels as Elementary).expForward,
    exact: exp,
    ulps: { y: 0.500001 },
    usual: [],
  },
  {
    title: 'log',
    family,
    forward: (kernels) => (kernels as Elementary).logForward,
    exact: Math.log,
    ulps: { y: 0.500001 },
    usual: [],
    positive: true,
  },
];

/** The references of their families, as `makers` takes them. */
export const families = Object.fromEntries(
  unary.map(({ family: { name, reference } }) => [name, reference as () => object]),
);
