import { describe, expect, test } from 'vitest';
import { type Layer, load } from '../../src/index.js';
import { Activation } from '../../src/nn/activation.js';
import * as activations from '../../src/nn/activations.js';
import { type Listed, listed } from '../core/elementwise.js';

const X = [-2, -0.5, 0.5, 2, 1, -1];
const DY = [1, 2, 3, 4, 5, 6];

const optionsOf = ({ spec }: Listed, scalars: readonly number[]): Record<string, number> =>
  Object.fromEntries(Object.keys(spec.scalars ?? {}).map((name, i) => [name, scalars[i]]));

/** Each function by its usual scalars, and by each of the others that are tested. */
const CASES = listed.flatMap((one) =>
  [undefined, ...(one.scalars ?? [])].map((scalars) => {
    const { exact, slope, spec, title, usual } = one;
    const values = scalars ?? usual;
    return {
      title: [title, ...values].join(' '),
      name: spec.name,
      make: (): Layer => one.layer(scalars && (optionsOf(one, scalars) as never)),
      y: (x: number) => exact(x, ...values),
      slope: (x: number) => slope(x, ...values),
    };
  }),
);

/** Within an ulp or so. */
const close = (got: number, want: number) =>
  expect(Math.abs(got - want)).toBeLessThanOrEqual(2e-7 * Math.max(1, Math.abs(want)));

describe.each(CASES)('$title', ({ name, make, y, slope }) => {
  test.each(['wasm', 'js'] as const)('maps each element and its gradient, by %s', async (backend) => {
    using core = await load({ backend });
    const layer = make();
    expect(layer.reserve?.(core, 3, 3)).toBe(3);
    const out = layer.forward(core.tensor([2, 3]).set(X));
    const dx = layer.backward(core.tensor([2, 3]).set(DY));
    expect(layer.out).toBe(out);
    expect(layer.dx).toBe(dx);
    expect(out.shape).toEqual([2, 3]);
    expect(dx?.shape).toEqual([2, 3]);
    out.toArray().forEach((value, i) => {
      close(value, y(X[i]));
    });
    dx?.toArray().forEach((value, i) => {
      close(value, DY[i] * slope(X[i]));
    });
    expect(layer.parameters()).toEqual([]);
  });

  test('says what is wrong', async () => {
    using core = await load();
    const layer = make();
    expect(() => layer.out).toThrow(`${name}: expected a forward, or reserve(…), before its out`);
    expect(() => layer.reserve?.(core, 0, 3)).toThrow(`${name}.reserve: expected capacity to be an integer`);
    expect(() => layer.reserve?.(core, 2, undefined as never)).toThrow(
      `${name}.reserve: expected columns to be a number`,
    );
    layer.reserve?.(core, 2, 3);
    expect(() => layer.backward(core.tensor([2, 3]))).toThrow(
      `${name}.backward: expected a forward before it`,
    );
    layer.forward(core.tensor([2, 3]));
    expect(() => layer.backward(core.tensor([1, 3]))).toThrow(`${name}.backward: expected 2 rows, got 1`);
  });

  test('takes any rows and columns, one after the other, as one that is made for them', async () => {
    using core = await load();
    const layer = make();
    for (const [rows, columns] of [
      [2, 3],
      [5, 3],
      [5, 7],
      [1, 3],
      [40, 1],
    ]) {
      const values = (shift: number) =>
        core
          .tensor([rows, columns])
          .set(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i + shift)));
      const [x, dy] = [values(0), values(100)];
      const other = make();
      other.reserve?.(core, rows, columns);
      expect(layer.forward(x).toArray()).toEqual(other.forward(x).toArray());
      expect(layer.backward(dy)?.toArray()).toEqual(other.backward(dy)?.toArray());
      expect(layer.dx?.shape).toEqual([rows, columns]);
    }
  });
});

test('every activation is in the table', () => {
  const classes = Object.values(activations).filter(
    (value) => (value as { prototype?: unknown }).prototype instanceof Activation,
  );
  const tested = listed.map(({ layer }) => layer().constructor);
  for (const one of classes) expect(tested).toContain(one);
});

describe.each(listed)('$title', (one) => {
  const { spec, layer } = one;
  const names = Object.keys(spec.scalars ?? {});

  test('its scalars are finite numbers', () => {
    for (const name of names) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e31])
        expect(() => layer({ [name]: value } as never)).toThrow(
          `${spec.name}: expected ${name} to be a finite number from -1e+30 to 1e+30, got ${value}`,
        );
      expect(() => layer({ [name]: '1' } as never)).toThrow(
        `${spec.name}: expected ${name} to be a number, got '1'`,
      );
    }
  });

  test('it prints its name and its scalars', () => {
    const pairs = Object.entries(spec.scalars ?? {}).map(([name, value]) => `${name}=${value}`);
    if (spec.name !== 'GELU') expect(`${layer()}`).toBe(`${spec.name}(${pairs.join(', ')})`);
  });

  test.each(['wasm', 'js'] as const)(
    'a core that was disposed of is refused by name, on %s',
    async (backend) => {
      const core = await load({ backend });
      const made = layer();
      const [x, dy] = [core.tensor([2, 3]), core.tensor([2, 3])];
      made.forward(x);
      core.dispose();
      expect(() => made.forward(x)).toThrow('this core was disposed');
      expect(() => made.backward(dy)).toThrow('this core was disposed');
    },
  );
});

test('GELU is of one of two kinds', () => {
  expect(`${new activations.GELU()}`).toBe('GELU(approximate=none)');
  expect(`${new activations.GELU({ approximate: 'tanh' })}`).toBe('GELU(approximate=tanh)');
  expect(() => new activations.GELU({ approximate: 'erf' as never })).toThrow(
    "GELU: expected approximate 'none' or 'tanh', got 'erf'",
  );
  expect(() => new activations.GELU({ inplace: true } as never)).toThrow('GELU');
});

test('Softplus divides by beta', () => {
  expect(() => new activations.Softplus({ beta: 0 })).toThrow('Softplus: expected beta to be other than 0');
});
