import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  Dropout,
  Embedding,
  Generator,
  LayerNorm,
  load,
  type Tensor,
} from '../../src/index.js';
import { distance, floats, needs, readRecorded, type TensorRecord } from './recorded.js';

type Case = { layer: string } & Record<string, unknown>;

const file = 'nn.json';
const { title, present } = needs("more layers against torch's float64", file, 'built-in');
const recorded = present ? readRecorded<{ layers: Case[] }>(file).layers : [];
const of = (kind: string) => recorded.filter(({ layer }) => layer === kind);
const values = (c: Case, name: string): Float32Array => floats(c[name] as TensorRecord);
const shapeOf = (c: Case, name: string): number[] => (c[name] as TensorRecord).shape;

/** Rounding of float32, relative. */
const EPS = 2 ** -24;
const largestOf = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe.skipIf(!present)(title, () => {
  describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
    let core: Core;
    beforeAll(async () => {
      core = await load({ backend });
    });
    afterAll(() => core.dispose());

    test('there are cases', () => expect(recorded.length).toBeGreaterThan(0));
    const tensor = (c: Case, name: string): Tensor => core.tensor(shapeOf(c, name)).set(values(c, name));

    test.each(
      of('LayerNorm').map((c) => [`(${c.n}, ${c.dim}), eps ${c.eps}, affine ${c.affine}`, c] as const),
    )('LayerNorm %s', (_, c) => {
      const layer = new LayerNorm(c.dim as number, { eps: c.eps as number, affine: c.affine as boolean });
      layer.to(core);
      layer.weight?.value.set(values(c, 'weight'));
      layer.bias?.value.set(values(c, 'bias'));
      // Everything is computed in double here and there, in another order: what is left is the last rounding.
      const close = (name: string, got: Float32Array) => {
        const want = values(c, name);
        expect(got.length).toBe(want.length);
        want.forEach((value, i) => {
          expect(Math.abs(got[i] - value), `${name} ${i}`).toBeLessThanOrEqual(
            2 * EPS * Math.abs(value) + 1e-13,
          );
        });
      };
      close('y', layer.forward(tensor(c, 'x')).toArray());
      close('dx', layer.backward(tensor(c, 'dy')).toArray());
      if (c.affine === true) {
        close('dweight', (layer.weight as NonNullable<LayerNorm['weight']>).grad.toArray());
        close('dbias', (layer.bias as NonNullable<LayerNorm['bias']>).grad.toArray());
      } else expect(layer.parameters()).toEqual([]);
    });

    test.each(of('BatchNorm1d-torch').map((c) => [`momentum ${c.momentum}, affine ${c.affine}`, c] as const))(
      'BatchNorm1d as torch has it, %s',
      (_, c) => {
        const layer = new BatchNorm1d(c.dim as number, {
          eps: c.eps as number,
          momentum: c.momentum as number | null,
          affine: c.affine as boolean,
          correction: 0,
        });
        layer.to(core);
        const [batches, outputs, means, variances] = (
          ['batches', 'y_train', 'running_mean_after', 'running_var_after'] as const
        ).map((name) => c[name] as TensorRecord[]);
        const close = (name: string, got: Float32Array, want: Float32Array, tolerance: number) =>
          expect(distance(got, want) / largestOf(want), name).toBeLessThanOrEqual(tolerance);
        batches.forEach((batch, i) => {
          const x = core.tensor(batch.shape).set(floats(batch));
          // A batch of two rows that lie close together loses what their mean is larger than their distance.
          const tolerance = 64 * EPS;
          close(`y ${i}`, layer.forward(x).toArray(), floats(outputs[i]), tolerance);
          close(`mean ${i}`, layer.runningMean.toArray(), floats(means[i]), 8 * EPS);
          close(`variance ${i}`, layer.runningSpread.toArray(), floats(variances[i]), 8 * EPS);
        });
        layer.eval();
        const last = batches[batches.length - 1];
        const y = layer.forward(core.tensor(last.shape).set(floats(last))).toArray();
        close('y_eval', y, values(c, 'y_eval_of_last'), 8 * EPS);
      },
    );

    test.each(of('Embedding').map((c) => [c.padding_idx, c] as const))(
      'Embedding, padding_idx %s',
      (_, c) => {
        const indices = c.indices as number[][];
        const [v, d] = shapeOf(c, 'weight');
        const padding = c.padding_idx as number;
        for (const paddingIdx of [padding, padding - v]) {
          const layer = new Embedding(v, d, { paddingIdx });
          layer.to(core);
          layer.weight.value.set(values(c, 'weight'));
          const x = core.indices([indices.length, indices[0].length]).set(indices.flat());
          expect(layer.forward(x).toArray()).toEqual(values(c, 'y'));
          layer.backward(tensor(c, 'dy'));
          const [got, want] = [layer.weight.grad.toArray(), values(c, 'dweight')];
          expect(distance(got, want) / largestOf(want)).toBeLessThanOrEqual(4 * EPS);
          expect([...got.subarray(padding * d, (padding + 1) * d)]).toEqual(Array(d).fill(0));
        }
      },
    );

    test.each(of('Dropout').map((c) => [c.p, c] as const))('Dropout, p %s, bit for bit', (_, c) => {
      const layer = new Dropout({ p: c.p as number });
      layer.initialise(new Generator(c.manual_seed as number));
      const y = layer.forward(tensor(c, 'x')).toArray();
      expect(y).toEqual(values(c, 'y'));
      const kept = c.kept as number[];
      expect([...y].map((value) => (value === 0 ? 0 : 1))).toEqual(kept);
      const ones = core.tensor(shapeOf(c, 'x')).fill(1);
      const scale = 1 / Math.fround(1 - (c.p as number));
      expect([...layer.backward(ones).toArray()]).toEqual(kept.map((one) => Math.fround(one * scale)));
    });
  });
});
