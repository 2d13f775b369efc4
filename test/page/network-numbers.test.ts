import { beforeAll, describe, expect, test } from 'vitest';
import { builtInNames, deepSettings, type NameList } from '../../src/makemore/index.js';
import { LiveRun } from '../../src/page/engine/live-run.js';
import { Lockstep } from '../../src/page/engine/lockstep.js';
import { SpeedLimit } from '../../src/page/engine/speed-limit.js';

let names: NameList;
beforeAll(async () => {
  names = await builtInNames();
});

const settings = { ...deepSettings, hidden: 10, depth: 2, steps: 200, batchNorm: false };
const shared = { threshold: 0.97, budget: 1e6, lockstep: new Lockstep(), speedLimit: new SpeedLimit() };
const open = (id = 1) => LiveRun.open(id, names, settings, 'auto', shared);

/** The next character's probabilities after a context, in float64 from the network's numbers. */
function softmaxAfter(run: LiveRun, context: readonly number[]): number[] {
  const [embedding, first, bias, second, last] = run.run.model
    .namedParameters()
    .map(([, { value }]) => ({ shape: value.shape, data: value.toArray() }));
  const row = (token: number) => Array.from(embedding.data.subarray(10 * token, 10 * token + 10));
  const linear = (x: number[], weight: typeof first, by: typeof first) =>
    Array.from(by.data, (start, j) =>
      x.reduce((sum, value, i) => sum + value * weight.data[i * weight.shape[1] + j], start),
    );
  const hidden = linear(context.flatMap(row), first, bias).map(Math.tanh);
  const logits = linear(hidden, second, last);
  const exps = logits.map((logit) => Math.exp(logit));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((each) => each / sum);
}

describe('the path of a name', () => {
  test('has the probabilities that the network gave each letter, and the letters of the name', async () => {
    const run = await open();
    await run.play(30);
    const { samples, sampledAt } = run.frame();
    expect(sampledAt).toBe(30);
    const { tokens: vocabulary } = run.run.dataset.vocabulary;
    for (const [i, sample] of samples.entries()) {
      const { step, tokens, size, probabilities } = await run.namePath({ step: 30 }, i);
      expect([step, size]).toEqual([30, 27]);
      expect(tokens.map((token) => vocabulary[token]).join('')).toBe(sample.slice(0, 64));
      expect(probabilities).toHaveLength(27 * tokens.length);
      const padded = [0, 0, 0, ...tokens];
      for (let letter = 0; letter < tokens.length; letter++) {
        const expected = softmaxAfter(run, padded.slice(letter, letter + 3));
        for (let token = 0; token < 27; token++)
          expect(probabilities[27 * letter + token]).toBeCloseTo(expected[token], 5);
      }
    }
    run.dispose();
  });

  test('is known of milestones, of kept moments, of other seeds, and of a fork', async () => {
    const run = await open();
    await run.play(150);
    const { milestones, kept, samples } = run.frame();
    const written = async (live: LiveRun, drawn: { step: number; seed?: number }, i: number) => {
      const { tokens } = await live.namePath(drawn, i);
      return tokens.map((token) => run.run.dataset.vocabulary.tokens[token]).join('');
    };
    for (const { step, samples } of milestones)
      expect(await written(run, { step }, 3)).toBe(samples[3].slice(0, 64));
    const past = kept[kept.length - 4];
    expect(await written(run, { step: past }, 2)).toBe(run.moment(past).samples[2].slice(0, 64));
    const drawn = await run.draw(past, 7);
    expect(await written(run, { step: past, seed: 7 }, 5)).toBe(drawn.samples[5].slice(0, 64));
    const fork = await run.fork(2, past);
    expect(await written(fork, { step: past }, 2)).toBe(run.moment(past).samples[2].slice(0, 64));
    expect(await written(fork, { step: 100 }, 1)).toBe(milestones[2].samples[1].slice(0, 64));
    // What was asked for in between is not in the run.
    expect(await written(run, { step: 150 }, 0)).toBe(samples[0].slice(0, 64));
    run.dispose();
    fork.dispose();
  });

  test('that nobody knows any more is refused', async () => {
    const run = await open();
    await run.play(150);
    const gone = Array.from({ length: 150 }, (_, i) => i).find(
      (step) => !run.frame().kept.includes(step) && step !== 10,
    );
    await expect(run.namePath({ step: gone as number }, 0)).rejects.toThrow(RangeError);
    await expect(run.namePath({ step: 150 }, 12)).rejects.toThrow(/from 0 to 11, got 12/);
    run.dispose();
  });
});

describe('matrices', () => {
  test('are the parameters and their gradients, and a copy of them', async () => {
    const run = await open();
    expect((await run.matrices(undefined, undefined)).matrices.map(({ gradient }) => gradient)).toEqual(
      Array(3).fill(undefined),
    );
    await run.play(20);
    const { step, matrices } = await run.matrices(undefined, undefined);
    expect(step).toBe(20);
    expect(matrices.map(({ name, shape }) => [name, ...shape])).toEqual([
      ['0.weight', 27, 10],
      ['2.weight', 30, 10],
      ['4.weight', 10, 27],
    ]);
    const parameters = new Map(run.run.model.namedParameters());
    for (const { name, data, gradient } of matrices) {
      expect(data).toEqual(parameters.get(name)?.value.toArray());
      expect(gradient).toEqual(parameters.get(name)?.grad.toArray());
      expect(gradient?.some((value) => value !== 0)).toBe(true);
    }
    const before = matrices[1].data.slice();
    await run.play(40);
    expect(matrices[1].data).toEqual(before);
    run.dispose();
  });

  test('of a kept step are those of then, without gradients; a run that looks trains as one that does not', async () => {
    const [looking, blind] = await Promise.all([open(1), open(2)]);
    await looking.play(20);
    const then = await looking.matrices(['2.weight'], undefined);
    await looking.spectrum('2.weight', undefined);
    await looking.play(60);
    const { matrices } = await looking.matrices(['2.weight'], 20);
    expect(matrices).toEqual([{ ...then.matrices[0], gradient: undefined }]);
    await blind.play(60);
    expect(looking.frame().loss).toBe(blind.frame().loss);
    await expect(looking.matrices(['7.weight'], undefined)).rejects.toThrow(
      /one of 0.weight, 2.weight, 4.weight/,
    );
    looking.dispose();
    blind.dispose();
  });

  test('a fork has no gradients until it makes a step', async () => {
    const run = await open();
    await run.play(20);
    const fork = await run.fork(2, 20);
    expect((await fork.matrices(['0.weight'], undefined)).matrices[0].gradient).toBeUndefined();
    await fork.play(21);
    expect((await fork.matrices(['0.weight'], undefined)).matrices[0].gradient).toHaveLength(270);
    run.dispose();
    fork.dispose();
  });

  test('singular values of a matrix and of its gradient', async () => {
    const run = await open();
    await run.play(20);
    const { values, gradient } = await run.spectrum('4.weight', undefined);
    const { data, gradient: grad } = (await run.matrices(['4.weight'], undefined)).matrices[0];
    const squares = (numbers: ArrayLike<number> = []) =>
      Array.from(numbers).reduce((sum, value) => sum + value * value, 0);
    expect(values).toHaveLength(10);
    expect(squares(values)).toBeCloseTo(squares(data), 9);
    expect(squares(gradient)).toBeCloseTo(squares(grad), 9);
    run.dispose();
  });
});
