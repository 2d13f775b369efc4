import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Contender, contenders, type Network } from '../../bench/contenders.mjs';
import { missing, peer } from '../../bench/peers/peer.mjs';
import { reference } from '../../bench/reference.mjs';
import {
  type Expected,
  expected,
  kernelError,
  nets,
  networkError,
  type Task,
  task,
} from '../../bench/task.mjs';
import { needs, type RecordedRun, readRecorded } from '../oracle/recorded.js';

/** Of the second network fewer: float64 takes a tenth of a second for each. */
const STEPS = { mlp: 20, deep: 10 };

for (const net of nets)
  describe(`the benchmark's ${net} network`, () => {
    let given: Task;
    let exact: Expected;

    beforeAll(async () => {
      given = await task(net, STEPS[net]);
      exact = await expected(net, given);
    });

    test('has in its float64 reference the derivatives of its loss', () => {
      const network = reference(net, given.params);
      const [{ contexts, labels }] = given.batches;
      const gradients = network.gradients(contexts, labels);
      expect(network.parameters.length).toBe(given.params.length);
      network.parameters.forEach((parameter, k) => {
        const largest = Math.max(...gradients[k].flat().map(Math.abs));
        const at = gradients[k].flat().findIndex((value) => Math.abs(value) === largest);
        const width = parameter[0].length;
        // The steepest element of each parameter, and one in its middle.
        for (const element of [at, Math.floor((parameter.length * width) / 2)]) {
          const [row, j] = [parameter[Math.floor(element / width)], element % width];
          const start = row[j];
          const lossAt = (value: number) => {
            row[j] = value;
            return network.loss(contexts, labels);
          };
          const slope = (lossAt(start + 1e-5) - lossAt(start - 1e-5)) / 2e-5;
          row[j] = start;
          const difference = Math.abs(gradients[k][Math.floor(element / width)][j] - slope);
          expect(difference / largest, `parameter ${k}, element ${element}`).toBeLessThan(1e-6);
        }
      });
    });

    const file = net === 'mlp' ? 'builtin-mlp-200k.json' : 'builtin-deep-1001.json';
    const { title, present } = needs(`is in its reference the one that torch trained`, file, 'built-in');
    test.skipIf(!present)(title, () => {
      const { losses } = readRecorded<RecordedRun>(file);
      exact.losses.forEach((loss, step) => {
        expect(Math.abs(loss - losses[step]), `step ${step}`).toBeLessThan(5e-6);
      });
    });

    // Ten times what was measured: float32 with its loss summed in double, and double.
    test.each([
      ['lanewise', 2e-7, 1e-5],
      ['lanewise-js', 2e-7, 1e-5],
      ['idiomatic-js', 1e-13, 1e-13],
    ])(
      'is trained by %s to the losses and running statistics of the reference',
      async (file, most, mostRunning) => {
        const contender = contenders[file];
        expect(await contender.available()).toBe(undefined);
        const before = structuredClone(given.params);
        const error = await networkError(contender, net, given, exact);
        expect(error.losses).toBeLessThan(most);
        expect(error.running).toBeLessThan(mostRunning);
        expect(given.params, 'the task is left as it was').toEqual(before);
      },
    );

    test('shows a contender that computes something else', async () => {
      const { network } = contenders['idiomatic-js'];
      const errorOf = (change: (trained: Network, params: Task['params']) => Partial<Network>) =>
        networkError(
          {
            network: async (net, params) => {
              const trained = await network(net, params);
              return { ...trained, ...change(trained, params as Task['params']) };
            },
          },
          net,
          given,
          exact,
        );
      let calls = 0;
      const late = await errorOf(({ step }) => ({
        step: (contexts, labels) =>
          calls++ === STEPS[net] - 1 ? Number.NaN : (step as NonNullable<typeof step>)(contexts, labels),
      }));
      expect(late.losses).toBe(Infinity);
      const still = await errorOf((_, params) => ({ step: reference(net, params).loss }));
      expect(still.losses).toBeGreaterThan(1e-3);
      const untracked = await errorOf(({ running }) => ({
        running: async () => (await running()).map((values) => Float64Array.from(values, () => 0)),
      }));
      expect(untracked.losses).toBeLessThan(1e-13);
      expect(untracked.running).toBe(1);
    });
  });

test.each([
  ['lanewise', 4e-6],
  ['lanewise-js', 4e-6],
  ['idiomatic-js', 1e-14],
])('the kernels of %s compute what the reference does', async (file, most) => {
  expect(await kernelError(contenders[file])).toBeLessThan(most);
});

test('a kernel that leaves elements out, or computes nothing, is seen', async () => {
  const wrong = (result: () => Float32Array): Pick<Contender, 'kernels'> => ({
    kernels: async () => {
      const kernel = () => Object.assign(() => undefined, { result });
      return { matmul: kernel, tanh: kernel };
    },
  });
  expect(await kernelError(wrong(() => new Float32Array(3)))).toBe(Infinity);
});

test('a peer that is not installed is named, with the command that installs it', async () => {
  const sentence = 'no-such-peer is not installed (npm ci --prefix bench/peers)';
  expect(missing('no-such-peer')).toBe(sentence);
  await expect(peer('no-such-peer')).rejects.toThrow(sentence);
});

test('the check prints a row for each contender, and refuses one that there is not', () => {
  const check = (...names: string[]) =>
    spawnSync(process.execPath, ['bench/check.mjs', ...names], { encoding: 'utf8' });
  const { status, stdout } = check('lanewise', 'lanewise-relaxed', 'idiomatic-js');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^lanewise, WebAssembly SIMD( +\d\.\de-\d+){5}$/m);
  // Measured where the engine has it.
  expect(stdout).toMatch(
    /^lanewise, relaxed SIMD(( +\d\.\de-\d+){5}| +absent: this engine has no relaxed arithmetic: .*)$/m,
  );
  expect(stdout).toMatch(/^JavaScript, typed arrays by hand( +\d\.\de[-+]\d+){5}$/m);
  const refused = check('torchvision');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(/expected names among lanewise, .*torch, got 'torchvision'/);
});
