import { describe, expect, test } from 'vitest';
import { ELU, type Layer, load, ReLU, Sigmoid, Tanh } from '../../src/index.js';
import { floats, needs, readRecorded, type TensorRecord } from './recorded.js';

interface ActivationCase {
  layer: string;
  x: TensorRecord;
  dy: TensorRecord;
  y: TensorRecord;
  dx: TensorRecord;
}

const LAYERS: Record<string, () => Layer> = {
  tanh: () => new Tanh(),
  relu: () => new ReLU(),
  sigmoid: () => new Sigmoid(),
  elu: () => new ELU(),
};

/** Ulps between two floats; 0 and −0 are one. */
const ulps = (a: number, b: number): number => {
  const place = (value: number): number => {
    const bits = new Int32Array(new Float32Array([Math.abs(value)]).buffer)[0];
    return value < 0 ? -bits : bits;
  };
  return Math.abs(place(a) - place(b));
};

const { title, present } = needs('activations, as torch', 'layers.json', 'built-in');
describe.skipIf(!present)(title, () => {
  test.each(Object.keys(LAYERS))('%s, forward and backward', async (name) => {
    const cases = readRecorded<{ cases: ActivationCase[] }>('layers.json').cases;
    const mine = cases.filter(({ layer }) => layer === name);
    expect(mine.length).toBeGreaterThan(0);
    for (const backend of ['wasm', 'js'] as const) {
      using core = await load({ backend });
      for (const recorded of mine) {
        const layer = LAYERS[name]();
        const x = core.tensor([1, recorded.x.shape[0]]).set(floats(recorded.x));
        const dy = core.tensor([1, recorded.x.shape[0]]).set(floats(recorded.dy));
        layer.reserve?.(core, 1, x.columns);
        const y = layer.forward(x).toArray();
        const dx = layer.backward(dy)?.toArray() ?? [];
        const theirs = { y: floats(recorded.y), dx: floats(recorded.dx) };
        y.forEach((value, i) => {
          expect(ulps(value, theirs.y[i]), `y of ${floats(recorded.x)[i]}`).toBeLessThanOrEqual(1);
          // 1 − y² and 1 − y cancel where y is near 1: 2^-24 of y's own rounding is what remains.
          const bound = 2.5e-7 * Math.abs(floats(recorded.dy)[i]);
          expect(Math.abs(dx[i] - theirs.dx[i]), `dx at ${floats(recorded.x)[i]}`).toBeLessThanOrEqual(bound);
        });
      }
    }
  });
});
