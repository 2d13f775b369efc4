import { afterEach, describe, expect, test, vi } from 'vitest';
import coreText from '../../build/release/core.wasm?text';
import { decodeBinary } from '../../src/core/binary.js';
import type { KernelFamily } from '../../src/core/kernels/family.js';
import { sgdKernels } from '../../src/core/kernels/sgd.js';
import { fingerprint, summarise } from '../../src/diagnostics/index.js';
import * as library from '../../src/index.js';

let copies = 0;

/** A module evaluated anew: `load` keeps the compiled code. Browsers keep modules too, so by another address. */
const anew = <T>(path: string): Promise<T> => import(/* @vite-ignore */ `${path}?copy=${copies++}`);

const fresh = async () => {
  const { load } = await anew<typeof import('../../src/core/load.js')>('../../src/core/load.ts');
  return load;
};

const native = globalThis.WebAssembly;

/** WebAssembly with some of its functions replaced. */
const stub = (replaced: Partial<typeof WebAssembly>) =>
  vi.stubGlobal(
    'WebAssembly',
    new Proxy(native, {
      get: (target, key) => Reflect.get(Object.hasOwn(replaced, key) ? replaced : target, key),
    }),
  );

afterEach(() => {
  vi.unstubAllGlobals();
});

test('each backend, asked for, and the reason', async () => {
  const load = await fresh();
  for (const backend of ['wasm', 'js'] as const) {
    using core = await load({ backend });
    expect([core.backend, core.reason]).toEqual([backend, 'asked for']);
  }
});

test('without a choice it is WebAssembly', async () => {
  const load = await fresh();
  for (const options of [undefined, {}, { backend: 'auto' as const }]) {
    using core = await load(options);
    expect([core.backend, core.reason]).toEqual(['wasm', 'WebAssembly with SIMD is there']);
  }
});

test('both backends have the same kernels', async () => {
  const load = await fresh();
  using wasm = await load({ backend: 'wasm' });
  using js = await load({ backend: 'js' });
  expect(families.length).toBeGreaterThan(8);
  for (const family of families)
    expect(Object.keys(wasm.use(family)).sort(), family.name).toEqual(Object.keys(js.use(family)).sort());
});

/** `lanewise/core.wasm` */
const whole = () => new WebAssembly.Module(decodeBinary(coreText));
const families: KernelFamily<object>[] = Object.values(library).filter(
  (value) => typeof value === 'object' && 'binary' in value,
) as never[];

describe('with core.wasm', () => {
  test('every family is in it, and nothing else is compiled', async () => {
    const load = await fresh();
    const module = whole();
    const other = new Error('another module was compiled');
    const refuse = () => Promise.reject(other);
    const Module = new Proxy(native.Module, {
      construct: () => {
        throw other;
      },
    });
    stub({ compile: refuse, Module });
    for (const wasm of [module, Promise.resolve(module)]) {
      using core = await load({ wasm });
      expect([core.backend, core.reason]).toEqual(['wasm', 'WebAssembly with SIMD is there']);
      using js = await load({ backend: 'js' });
      for (const family of families)
        expect(Object.keys(core.use(family)), family.name).toEqual(
          expect.arrayContaining(Object.keys(js.use(family))),
        );
    }
  });

  test('a training has the same bits', async () => {
    const load = await fresh();
    const { BatchNorm1d, CrossEntropy, ELU, Embedding, Flatten, Generator } = library;
    const { LeakyReLU, Linear, ReLU, Sequential, SGD, Sigmoid, Tanh } = library;
    const trained = async (options: library.LoadOptions) => {
      using core = await load(options);
      const hidden = [new Tanh(), new ReLU(), new LeakyReLU(), new Sigmoid(), new ELU()];
      const model = new Sequential([
        new Embedding(11, 5),
        new Flatten(),
        ...hidden.flatMap((activation, i) => [
          new Linear(i === 0 ? 15 : 13, 13),
          new BatchNorm1d(13),
          activation,
        ]),
        new Linear(13, 11),
      ]);
      const generator = new Generator(3);
      model.reserve(core as never, 9, 3);
      model.initialise(generator);
      const loss = new CrossEntropy();
      loss.reserve(core as never, 9, 11);
      const x = core.indices([9, 3]).set(generator.randint(0, 11, 27));
      const y = core.indices([9]).set(generator.randint(0, 11, 9));
      const sgd = new SGD(model.parameters(), { lr: 0.1 });
      const losses = Array.from({ length: 20 }, () => {
        const value = loss.forward(model.forward(x as never), y as never);
        model.backward(loss.backward());
        sgd.step();
        return value;
      });
      return { losses, bits: fingerprint(model.parameters()), out: summarise(loss.dlogits) };
    };
    const expected = await trained({ backend: 'js' });
    expect(expected.losses[19]).toBeLessThan(expected.losses[0]);
    expect(await trained({ wasm: whole() })).toEqual(expected);
    expect(await trained({ backend: 'wasm' })).toEqual(expected);
  });

  test('a family of the caller’s own is compiled beside it', async () => {
    const load = await fresh();
    using core = await load({ wasm: whole() });
    const named = { ...sgdKernels, reference: () => ({ sgdUpdate() {}, ownKernel() {} }) };
    expect(Object.keys(core.use(named))).toEqual(['sgdUpdate']);
  });

  test('what is no such module is refused, the cause of a module that cannot be had is told', async () => {
    const load = await fresh();
    const bytes = decodeBinary(coreText);
    for (const [wasm, got] of [
      [new WebAssembly.Module(decodeBinary(sgdKernels.binary)), 'a Module'],
      [Promise.resolve(bytes), 'a Uint8Array'],
    ] as const)
      await expect(load({ wasm })).rejects.toThrow(
        new TypeError(
          `load: expected wasm to be a WebAssembly.Module of this version's lanewise/core.wasm, got ${got}`,
        ),
      );
    const missing = () => Promise.reject(new TypeError('404'));
    using core = await load({ wasm: missing() });
    expect([core.backend, core.reason]).toEqual(['js', 'WebAssembly cannot run here: 404']);
    await expect(load({ backend: 'wasm', wasm: missing() })).rejects.toThrow(
      new Error('load: WebAssembly cannot run here: 404'),
    );
  });
});

test('an unknown backend is refused by name', async () => {
  const load = await fresh();
  await expect(load({ backend: 'webgpu' as never })).rejects.toThrow(
    new TypeError("load: expected backend 'auto', 'wasm' or 'js', got 'webgpu'"),
  );
});

test('is compiled once for all cores', async () => {
  const load = await fresh();
  const compile = vi.spyOn(WebAssembly, 'compile');
  try {
    const cores = await Promise.all([load(), load(), load({ backend: 'wasm' })]);
    for (const core of cores) core.dispose();
    expect(compile).toHaveBeenCalledTimes(1);
  } finally {
    compile.mockRestore();
  }
});

test.each([
  [new native.CompileError('the policy forbids it'), 1],
  [new RangeError('out of memory'), 2],
])('after %s it is tried again only where that may help', async (error, times) => {
  const load = await fresh();
  const compile = vi.fn(() => Promise.reject(error));
  stub({ compile });
  for (const _ of [1, 2]) {
    using core = await load();
    expect(core.reason).toBe(`WebAssembly cannot run here: ${error.message}`);
  }
  expect(compile).toHaveBeenCalledTimes(times);
});

describe.each([
  ['no WebAssembly', () => vi.stubGlobal('WebAssembly', undefined), 'this engine has no WebAssembly'],
  ['no SIMD', () => stub({ validate: () => false }), 'this engine has no WebAssembly SIMD'],
  [
    'a policy against compilation',
    () => stub({ compile: () => Promise.reject(new native.CompileError('the policy forbids it')) }),
    'the policy forbids it',
  ],
])('with %s', (_, arrange, reason) => {
  test('auto takes JavaScript and says why', async () => {
    const load = await fresh();
    arrange();
    using core = await load();
    expect([core.backend, core.reason]).toEqual(['js', `WebAssembly cannot run here: ${reason}`]);
    const tensor = core.tensor([2, 2]).fill(1);
    core.use(sgdKernels).sgdUpdate(tensor.pointer, tensor.pointer, 8, 0.5);
    expect(Array.from(tensor.toArray())).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test('wasm is an error with the cause', async () => {
    const load = await fresh();
    arrange();
    const error = await load({ backend: 'wasm' }).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      message: `load: WebAssembly cannot run here: ${reason}`,
      cause: { message: reason },
    });
  });

  test('js does not ask', async () => {
    const load = await fresh();
    arrange();
    using core = await load({ backend: 'js' });
    expect(core.reason).toBe('asked for');
  });
});

/** Of the library, each by itself: what it imports may have been evaluated before. */
const modules = Object.keys(
  import.meta.glob([
    '../../src/*.ts',
    '../../src/{core,nn,random,init,optim,train,interchange,diagnostics}/*.ts',
    // A program, not part of an entry: what runs in a thread.
    '!../../src/interchange/training-thread.ts',
  ]),
);

test('importing the library does nothing but name things', async () => {
  const spies = (['compile', 'instantiate', 'validate', 'Memory', 'Module', 'Instance'] as const).map(
    (name) =>
      vi.fn(() => {
        throw new Error(`WebAssembly.${name} was called`);
      }),
  );
  const [compile, instantiate, validate, Memory, Module, Instance] = spies as never[];
  stub({ compile, instantiate, validate, Memory, Module, Instance });
  const before = Object.getOwnPropertyNames(globalThis);
  for (const path of modules) await anew(path);
  expect(modules).toEqual(expect.arrayContaining(['../../src/index.ts', '../../src/core/load.ts']));
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
  expect(added.filter((name) => !name.startsWith('__vi'))).toEqual([]);
});

test('a core can be disposed of by symbol where the engine has no Symbol.dispose', async () => {
  // The symbols of an engine of 2023.
  const native = Symbol;
  const { dispose: _dispose, ...known } = Object.getOwnPropertyDescriptors(native);
  const older = Object.defineProperties((description?: string) => native(description), {
    ...known,
    name: { value: 'Symbol' },
  });
  vi.stubGlobal('Symbol', older);
  const { symbolDispose } =
    await anew<typeof import('../../src/core/dispose.js')>('../../src/core/dispose.ts');
  expect('dispose' in Symbol).toBe(false);
  vi.unstubAllGlobals();
  expect(symbolDispose).toBe(Symbol.for('Symbol.dispose'));
});
