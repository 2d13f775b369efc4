import { describe, expect, test } from 'vitest';
import { Generator } from '../../src/index.js';
import { getRngState } from '../../src/interchange/index.js';
import { restoreSampler, samplerState } from '../../src/interchange/trainer-state.js';
import { Sampler } from '../../src/train/sampler.js';

const batchesOf = (sampler: Sampler, from: number, to: number): number[][] =>
  Array.from({ length: to - from }, (_, i) => Array.from(sampler.next(from + i)));

describe.each([
  [10, 3],
  [10, 5],
  [9, 4],
  [10, 10],
  [10, 64],
  [33, 32],
  [7, 1],
  [1, 1],
  [1, 5],
  [2, 1],
  [100, 7],
])('%i examples in batches of %i', (count, size) => {
  test('an epoch has every example once; its last batch, what is left, and a single one joins the one before', () => {
    for (const sampling of ['epochs', 'ordered'] as const) {
      const sampler = new Sampler(sampling, new Generator(5), count, size);
      const { batches } = sampler;
      for (let epoch = 0; epoch < 4; epoch++) {
        const drawn = batchesOf(sampler, epoch * batches, (epoch + 1) * batches);
        expect(drawn.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        const [last, ...others] = drawn.map((rows) => rows.length).reverse();
        for (const rows of others) expect(rows).toBe(size);
        const left = count % size;
        const expected = size >= count ? count : left === 0 ? size : left === 1 ? size + 1 : left;
        expect(last).toBe(expected);
      }
    }
  });

  test('in order, or shuffled as torch.randperm', () => {
    const ordered = new Sampler('ordered', new Generator(5), count, size);
    const shuffled = new Sampler('epochs', new Generator(5), count, size);
    const { batches } = ordered;
    const generator = new Generator(5);
    for (let epoch = 0; epoch < 3; epoch++) {
      const [from, to] = [epoch * batches, (epoch + 1) * batches];
      const order = Array.from({ length: count }, (_, i) => i);
      expect(batchesOf(ordered, from, to).flat()).toEqual(order);
      // All of them in one batch stay in their order.
      const drawn = batchesOf(shuffled, from, to).flat();
      expect(drawn).toEqual(batches === 1 ? order : Array.from(generator.randperm(count)));
    }
    expect(getRngState(ordered.generator)).toEqual(getRngState(new Generator(5)));
  });

  test('goes on from its state after any step to the same examples', () => {
    for (const sampling of ['epochs', 'ordered', 'replacement'] as const) {
      const sampler = new Sampler(sampling, new Generator(5), count, size);
      const steps = 2 * sampler.batches + 3;
      const states = [samplerState(sampler, 0)];
      const drawn: number[][] = [];
      for (let step = 0; step < steps; step++) {
        drawn.push(Array.from(sampler.next(step)));
        states.push(samplerState(sampler, step + 1));
      }
      states.slice(0, -1).forEach((state, step) => {
        // One that has been elsewhere, and then the same again.
        const other = new Sampler(sampling, new Generator(77), count, size);
        other.next(0);
        for (let again = 0; again < 2; again++) {
          restoreSampler(other, state, step);
          expect(samplerState(other, step).every((byte, i) => byte === state[i])).toBe(true);
          expect(batchesOf(other, step, steps)).toEqual(drawn.slice(step));
        }
      });
    }
  });
});

test('with replacement each step draws as torch.randint', () => {
  const sampler = new Sampler('replacement', new Generator(5), 10, 64);
  const generator = new Generator(5);
  for (let step = 0; step < 4; step++)
    expect(Array.from(sampler.next(step))).toEqual(Array.from(generator.randint(0, 10, 64)));
});
