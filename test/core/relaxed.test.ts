import { describe, expect, test } from 'vitest';
import { decodeBinary } from '../../src/core/binary.js';
import { linearKernels } from '../../src/core/kernels/linear.js';
import { load } from '../../src/core/load.js';
import { relaxed } from '../../src/core/relaxed.js';
import { values } from './arena.js';

const known = typeof WebAssembly !== 'undefined' && WebAssembly.validate(decodeBinary(relaxed.binary));

test('relaxed arithmetic is what was asked for where the engine has it, and says so where it has not', async () => {
  using core = await load({ arithmetic: relaxed });
  expect(core.backend).toBe('wasm');
  expect([core.arithmetic, core.reason]).toEqual(
    known
      ? ['relaxed', 'WebAssembly with SIMD is there, and relaxed SIMD']
      : ['deterministic', 'WebAssembly with SIMD is there; relaxed SIMD is not'],
  );
});

test('it is never the default, and not in JavaScript', async () => {
  using core = await load();
  using js = await load({ backend: 'js', arithmetic: relaxed });
  expect([core.arithmetic, js.arithmetic]).toEqual(['deterministic', 'deterministic']);
});

test('another arithmetic is refused by name', async () => {
  await expect(load({ arithmetic: 'fast' as never })).rejects.toThrow(
    new TypeError("load: expected arithmetic 'deterministic', or relaxed of lanewise/relaxed, got 'fast'"),
  );
});

const unless = known ? '' : ': skipped, this engine has no relaxed SIMD';

describe.skipIf(!known)(`relaxed products${unless}`, () => {
  test.each([
    [32, 30, 200],
    [32, 200, 27],
    [1, 100, 100],
    [67, 259, 261],
  ])('of (%i, %i, %i) stay within the bound of the deterministic ones', async (n, k, m) => {
    const results = await Promise.all(
      (['deterministic', relaxed] as const).map(async (arithmetic) => {
        using core = await load({ arithmetic });
        const put = (shape: number[], data: Float32Array) => core.tensor(shape).set(data);
        const x = put([n, k], values(n * k, 1));
        const w = put([k, m], values(k * m, 2));
        const dy = put([n, m], values(n * m, 3));
        const [y, dx, dw] = [core.tensor([n, m]), core.tensor([n, k]), core.tensor([k, m])];
        const scratch = core.tensor([Math.ceil(m * 1.5), k]);
        core.use(linearKernels).linearForward(y.pointer, x.pointer, w.pointer, 0, n, k, m);
        core
          .use(linearKernels)
          .linearBackward(
            ...(([dx, dw] as const).map(({ pointer }) => pointer) as [number, number]),
            0,
            dy.pointer,
            x.pointer,
            w.pointer,
            scratch.pointer,
            ...([n, k, m] as const),
          );
        return { y: y.toArray(), dx: dx.toArray(), dw: dw.toArray() };
      }),
    );
    const [x, w, dy] = [values(n * k, 1), values(k * m, 2), values(n * m, 3)];
    const sizes = (depth: number, a: (p: number) => number, b: (p: number) => number) => {
      let sum = 0;
      for (let p = 0; p < depth; p++) sum += Math.abs(a(p) * b(p));
      return 2 * depth * 2 ** -24 * sum;
    };
    const [exact, fused] = results;
    let different = 0;
    const compare = (name: 'y' | 'dx' | 'dw', columns: number, bound: (i: number, j: number) => number) => {
      exact[name].forEach((value, at) => {
        const difference = Math.abs(value - fused[name][at]);
        if (difference > 0) different++;
        const allowed = bound(Math.floor(at / columns), at % columns);
        if (!(difference <= allowed))
          throw new Error(`${name}[${at}]: ${difference} is more than ${allowed}`);
      });
    };
    compare('y', m, (i, j) =>
      sizes(
        k,
        (p) => x[i * k + p],
        (p) => w[p * m + j],
      ),
    );
    compare('dx', k, (i, p) =>
      sizes(
        m,
        (j) => dy[i * m + j],
        (j) => w[p * m + j],
      ),
    );
    compare('dw', m, (p, j) =>
      sizes(
        n,
        (i) => x[i * k + p],
        (i) => dy[i * m + j],
      ),
    );
    console.log(`relaxed (${n}, ${k}, ${m}): ${different} results have other bits`);
  });

  test('a small network trains to the same loss within 1e-5', async () => {
    const { builtInNames, lectureSettings, Run } = await import('../../src/makemore/index.js');
    const names = await builtInNames();
    const losses = await Promise.all(
      (['deterministic', relaxed] as const).map(async (arithmetic) => {
        const run = await Run.prepare(names, { ...lectureSettings, steps: 200 }, { arithmetic });
        try {
          await run.train();
          return run.losses.map(([, loss]) => loss);
        } finally {
          run.dispose();
        }
      }),
    );
    losses[0].forEach((loss, step) => {
      expect(Math.abs(loss - losses[1][step])).toBeLessThan(1e-5);
    });
  });
});
