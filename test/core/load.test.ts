import { afterEach, describe, expect, test, vi } from 'vitest';

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
  const {
    memory: _memory,
    heapBase: _heapBase,
    ...exported
  } = wasm.kernels as unknown as Record<string, unknown>;
  const functions = Object.keys(exported).filter((name) => typeof exported[name] === 'function');
  for (const name of Object.keys(js.kernels)) expect(functions).toContain(name);
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
    core.kernels.sgdUpdate(tensor.pointer, tensor.pointer, 8, 0.5);
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
const modules = Object.keys(import.meta.glob(['../../src/*.ts', '../../src/{core,nn,random}/*.ts']));

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
