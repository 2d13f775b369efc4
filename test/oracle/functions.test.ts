import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, type Core, type Layer, LogSoftmax, load, Softmax } from '../../src/index.js';
import { type Listed, listed } from '../core/elementwise.js';
import { floats, needs, readRecorded, type TensorRecord } from './recorded.js';

interface Case {
  layer: string;
  x: TensorRecord;
  dy: TensorRecord;
  y: TensorRecord;
  dx: TensorRecord;
  [option: string]: unknown;
}

const of = (one: Listed, recorded: Case): boolean =>
  Object.entries(one.recorded).every(([key, value]) => recorded[key] === value);

/** The layer with the scalars that the recording names as torch does: negative_slope. */
function made(one: Listed, recorded: Case): Layer {
  const names = Object.keys(one.spec.scalars ?? {});
  const options = names.flatMap((name) => {
    const value = recorded[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
    return value === undefined ? [] : [[name, value]];
  });
  return one.layer(names.length > 0 ? (Object.fromEntries(options) as never) : undefined);
}

/** Floats from one to the other; 0 and −0 are one. */
const ulps = (a: number, b: number): number => {
  const place = (value: number): number => {
    const bits = new Int32Array(new Float32Array([Math.abs(value)]).buffer)[0];
    return value < 0 ? -bits : bits;
  };
  return Math.abs(place(a) - place(b));
};

/**
 * Within a float of torch's, or of what its doubles lose: 1 + erf(x / √2), by which it has GELU, is 0 where the tail is below
 * 2^-53.
 */
const near = (got: number, want: number, x: number): boolean =>
  ulps(got, want) <= 1 || Math.abs(got - want) <= 2 ** -52 * Math.abs(x);

const FILES = { 'layers.json': 'cases', 'nn.json': 'layers' };
const ROWS: Record<string, () => Layer> = {
  softmax: () => new Softmax(),
  log_softmax: () => new LogSoftmax(),
};

describe.each(Object.entries(FILES))('%s', (file, key) => {
  const { title, present } = needs('functions of each element and of rows, as torch', file, 'built-in');
  const cases = present ? readRecorded<Record<string, Case[]>>(file)[key] : [];
  const elements = cases.flatMap((recorded) =>
    listed.filter((one) => of(one, recorded)).map((one) => ({ title: one.title, one, recorded })),
  );
  const rows = cases.filter(({ layer }) => layer in ROWS);

  describe.skipIf(!present).each<Backend>(['wasm', 'js'])(`${title}, on %s`, (backend) => {
    let core: Core;
    beforeAll(async () => {
      core = await load({ backend });
    });
    afterAll(() => core.dispose());

    /** y and dx, and what torch has. */
    function results(layer: Layer, recorded: Case) {
      const { shape } = recorded.x;
      const put = (record: TensorRecord) =>
        core.tensor(shape.length === 1 ? [1, shape[0]] : shape).set(floats(record));
      const y = layer.forward(put(recorded.x)).toArray();
      const dx = layer.backward(put(recorded.dy))?.toArray() as Float32Array;
      layer.dispose?.();
      return { y, dx, want: { y: floats(recorded.y), dx: floats(recorded.dx), dy: floats(recorded.dy) } };
    }

    test('there are cases', () => expect(cases.length).toBeGreaterThan(0));

    test.each(elements)('$title', ({ one, recorded }) => {
      const { y, dx, want } = results(made(one, recorded), recorded);
      const x = floats(recorded.x);
      want.y.forEach((value, i) => {
        expect(near(y[i], value, x[i]), `y of ${x[i]}: ${y[i]}, not ${value}`).toBe(true);
      });
      want.dx.forEach((value, i) => {
        const what = `dx at ${x[i]}: ${dx[i]}, not ${value}`;
        if (one.ulps.dx !== undefined) expect(near(dx[i], value, x[i] * want.dy[i]), what).toBe(true);
        // 1 − y² and 1 − y cancel where y is near 1: 2^-24 of y's own rounding is what remains.
        else expect(Math.abs(dx[i] - value), what).toBeLessThanOrEqual(2.5e-7 * Math.abs(want.dy[i]));
      });
    });

    test.each(rows.map((recorded) => [recorded.layer, recorded] as const))('%s', (name, recorded) => {
      const { y, dx, want } = results(ROWS[name](), recorded);
      const largest = want.dx.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      want.y.forEach((value, i) => {
        expect(ulps(y[i], value), `y ${i}: ${y[i]}, not ${value}`).toBeLessThanOrEqual(1);
      });
      want.dx.forEach((value, i) => {
        // What the rounding of y to float leaves in a sum.
        expect(Math.abs(dx[i] - value), `dx ${i}`).toBeLessThanOrEqual(2 ** -23 * largest);
      });
    });
  });
});
