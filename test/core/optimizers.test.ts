/** The updates of the optimizers with a state: each operation rounded to float, in the order that the kernels state. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adam } from '../../src/core/reference/adam.js';
import { momentum } from '../../src/core/reference/momentum.js';
import { rmsprop } from '../../src/core/reference/rmsprop.js';
import { anyFloats, expectAgreement, type Outputs, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const { fround, max, sqrt } = Math;
const all = await makers({ momentum, adam, rmsprop });
const [debug] = all;
type Kernels = (typeof debug)['kernels'];

const add = (a: number, b: number) => fround(a + b);
const sub = (a: number, b: number) => fround(a - b);
const mul = (a: number, b: number) => fround(a * b);
const div = (a: number, b: number) => fround(a / b);

/** The values of an element: p, its gradient, and by name the state. */
type Element = Record<string, number>;

/** An update by its definition, and by a kernel. */
interface Update {
  name: string;
  /** What is kept of each parameter, in the order of the kernel's arguments behind p; `0` stands for one not wanted. */
  state: readonly (string | 0)[];
  of(element: Element, scalars: readonly number[]): Element;
  run(kernels: Kernels, at: readonly number[], g: number, count: number, scalars: readonly number[]): void;
}

const sgdMomentum: Update = {
  name: 'momentumUpdate',
  state: ['b'],
  of({ p, b, g }, [lr, old, keep, decay, nesterov, first]) {
    const d = decay === 0 ? g : add(g, mul(decay, p));
    const velocity = first ? d : add(mul(old, b), mul(keep, d));
    return { p: sub(p, mul(lr, nesterov ? add(d, mul(old, velocity)) : velocity)), b: velocity };
  },
  run(kernels, [p, b], g, count, [lr, old, keep, decay, nesterov, first]) {
    kernels.momentumUpdate(p, b, g, count, lr, old, keep, decay, nesterov, first);
  },
};

const decayed: Update = {
  name: 'decayedUpdate',
  state: [],
  of: ({ p, g }, [lr, decay]) => ({ p: sub(p, mul(lr, add(g, mul(decay, p)))) }),
  run: (kernels, [p], g, count, [lr, decay]) => kernels.decayedUpdate(p, g, count, lr, decay),
};

const adamOf = (amsgrad: boolean): Update => ({
  name: `adamUpdate${amsgrad ? ', amsgrad' : ''}`,
  state: ['m', 'v', amsgrad ? 'most' : 0],
  of({ p, m, v, most, g }, [step, beta1, keep1, beta2, keep2, root, eps, decay, shrink]) {
    const value = shrink === 1 ? p : mul(p, shrink);
    const d = decay === 0 ? g : add(g, mul(decay, value));
    const mean = add(mul(beta1, m), mul(keep1, d));
    const square = add(mul(beta2, v), mul(mul(keep2, d), d));
    const largest = amsgrad ? max(most, square) : square;
    const spread = add(div(fround(sqrt(largest)), root), eps);
    return { p: sub(value, div(mul(step, mean), spread)), m: mean, v: square, most: largest };
  },
  run(kernels, [p, m, v, most], g, count, scalars) {
    const [step, beta1, keep1, beta2, keep2, root, eps, decay, shrink] = scalars;
    kernels.adamUpdate(p, m, v, most, g, count, step, beta1, keep1, beta2, keep2, root, eps, decay, shrink);
  },
});

const rmspropOf = (centered: boolean, momentous: boolean): Update => ({
  name: `rmspropUpdate${centered ? ', centered' : ''}${momentous ? ', momentum' : ''}`,
  state: ['v', centered ? 'a' : 0, momentous ? 'b' : 0],
  of({ p, v, a, b, g }, [lr, alpha, keep, eps, decay, old]) {
    const d = decay === 0 ? g : add(g, mul(decay, p));
    const square = add(mul(alpha, v), mul(mul(keep, d), d));
    const mean = add(mul(alpha, a), mul(keep, d));
    const root = fround(sqrt(centered ? sub(square, mul(mean, mean)) : square));
    const step = div(d, add(root, eps));
    const velocity = momentous ? add(mul(old, b), step) : step;
    return { p: sub(p, mul(lr, velocity)), v: square, a: mean, b: velocity };
  },
  run(kernels, [p, v, a, b], g, count, [lr, alpha, keep, eps, decay, old]) {
    kernels.rmspropUpdate(p, v, a, b, g, count, lr, alpha, keep, eps, decay, old);
  },
});

const CASES: [Update, number[][]][] = [
  [
    sgdMomentum,
    [
      ...[0, 1].flatMap((nesterov) => [0, 1].map((first) => [0.1, 0.9, 1, 0, nesterov, first])),
      [0.03, 0.7, 0.8, 0.01, 0, 0],
      [0.03, 0.7, 0.8, 0.01, 1, 0],
      [-1, 0, 1e-40, -0.5, 1, 0],
    ],
  ],
  [
    decayed,
    [
      [0.1, 0.01],
      [1, -0.5],
      [1e-40, 1e30],
    ],
  ],
  ...[false, true].map((amsgrad): [Update, number[][]] => [
    adamOf(amsgrad),
    [
      [0.01, 0.9, 0.1, 0.999, 0.001, 0.0316, 1e-8, 0, 1],
      [0.01, 0.8, 0.2, 0.99, 0.01, 1, 1e-3, 0.02, 1],
      [0.01, 0.9, 0.1, 0.999, 0.001, 0.5, 0, 0, 0.999],
    ],
  ]),
  ...[false, true].flatMap((centered) =>
    [false, true].map((momentous): [Update, number[][]] => [
      rmspropOf(centered, momentous),
      [
        [0.01, 0.99, 0.01, 1e-8, 0, 0.9],
        [0.1, 0.5, 0.5, 0, 0.03, 0.2],
      ],
    ]),
  ),
];

/** Squares and their largest are not negative in a run. */
const POSITIVE = ['v', 'most'];

function expectUpdate(update: Update, given: Record<string, Float32Array>, scalars: readonly number[]): void {
  const rounded = scalars.map(fround);
  const kept = ['p', ...update.state.filter((name) => name !== 0)];
  const oracle: Outputs = Object.fromEntries(kept.map((name) => [name, given[name].slice()]));
  const count = given.p.length;
  for (let i = 0; i < count; i++) {
    const element = Object.fromEntries(Object.entries(given).map(([name, all]) => [name, all[i]]));
    const next = update.of(element, rounded);
    for (const name of kept) oracle[name][i] = next[name];
  }
  expectAgreement(all, `${update.name} (${count}), ${scalars}`, oracle, (arena) => {
    const at = ['p', ...update.state].map((name) => (name === 0 ? 0 : arena.inPlace(1, count, given[name])));
    update.run(arena.kernels, at, arena.input(1, count, given.g), count, scalars);
    const outputs: Outputs = {};
    ['p', ...update.state].forEach((name, i) => {
      if (name !== 0) outputs[name] = arena.read(at[i], 1, count);
    });
    return outputs;
  });
}

const NAMES = ['p', 'g', 'b', 'm', 'v', 'most', 'a'];

/** Of each name values; `special` among those of one. */
const state = (count: number, seed: number, special?: { name: string; value: number }) =>
  Object.fromEntries(
    NAMES.map((name, i) => {
      const made = values(count, seed + i, special?.name === name ? special.value : undefined);
      return [name, POSITIVE.includes(name) ? made.map(Math.abs) : made];
    }),
  );

describe.each(CASES.map(([update, scalars]) => [update.name, update, scalars] as const))(
  '%s',
  (_, update, sets) => {
    test.each([0, 2, ...SIZES, 1000])('%i parameters', (count) => {
      for (const scalars of sets) expectUpdate(update, state(count, count), scalars);
    });

    test.each(SPECIAL)('%f among the values', (value) => {
      for (const name of ['p', 'g', ...update.state.filter((name) => name !== 0)])
        for (const scalars of sets) expectUpdate(update, state(27, 1, { name, value }), scalars);
    });

    test('any bits, of p, its gradient and what is kept', () => {
      fc.assert(
        fc.property(fc.nat(40), fc.nat(), fc.constantFrom(...sets), (count, seed, scalars) => {
          const given = NAMES.map((name, i) => [name, anyFloats(count, seed + i)] as const);
          expectUpdate(update, Object.fromEntries(given), scalars);
        }),
      );
    });
  },
);

test('Adam goes on from zeros by the sign of the gradient, whatever its size', () => {
  for (const { kernels, f32, heapBase: p } of all) {
    const [m, v, g] = [p + 16, p + 32, p + 48];
    f32.fill(0, p >> 2, (p >> 2) + 16);
    f32.set([1e-3, -5, 1e3, 0], g >> 2);
    const [beta1, beta2] = [0.9, 0.999];
    const [step, root] = [0.01 / (1 - beta1), sqrt(1 - beta2)];
    kernels.adamUpdate(p, m, v, 0, g, 4, step, beta1, 1 - beta1, beta2, 1 - beta2, root, 1e-8, 0, 1);
    const moved = [...f32.subarray(p >> 2, (p >> 2) + 4)];
    [-0.01, 0.01, -0.01, 0].forEach((want, i) => {
      expect(moved[i]).toBeCloseTo(want, 6);
    });
  }
});

describe('the checked binary refuses', () => {
  const { kernels, heapBase: a } = debug;
  test('misaligned pointers and a negative count', () => {
    for (const run of [
      () => kernels.momentumUpdate(a + 4, a, a, 4, 0.1, 0.9, 1, 0, 0, 0),
      () => kernels.momentumUpdate(a, a, a + 8, 4, 0.1, 0.9, 1, 0, 0, 0),
      () => kernels.momentumUpdate(a, a, a, -1, 0.1, 0.9, 1, 0, 0, 0),
      () => kernels.decayedUpdate(a, a + 4, 4, 0.1, 0.1),
      () => kernels.decayedUpdate(a, a, -4, 0.1, 0.1),
      () => kernels.adamUpdate(a, a, a + 4, 0, a, 4, 0.1, 0.9, 0.1, 0.9, 0.1, 1, 0, 0, 1),
      () => kernels.adamUpdate(a, a, a, a + 8, a, 4, 0.1, 0.9, 0.1, 0.9, 0.1, 1, 0, 0, 1),
      () => kernels.adamUpdate(a, a, a, 0, a, -1, 0.1, 0.9, 0.1, 0.9, 0.1, 1, 0, 0, 1),
      () => kernels.rmspropUpdate(a, a, a + 4, 0, a, 4, 0.1, 0.9, 0.1, 0, 0, 0),
      () => kernels.rmspropUpdate(a, a, 0, 0, a, -1, 0.1, 0.9, 0.1, 0, 0, 0),
    ])
      expect(run).toThrow('assertion failed');
  });
});
