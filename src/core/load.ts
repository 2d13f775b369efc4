import { instantiate, instantiateSync } from '@assemblyscript/loader';
import { decodeBinary } from './binary.js';
import { type Backend, Core, type Maker, PAGE } from './core.js';
import { expectOptions } from './expect.js';
import type { KernelFamily } from './kernels/family.js';
import { type LinearKernels, linearKernels } from './kernels/linear.js';
import { came } from './kind.js';
import { referenceMaker } from './reference/maker.js';
import type { Views } from './reference/views.js';

/** Matrix products by fused multiply-add, an import of their own: `import { relaxed } from 'lanewise/relaxed'`. */
export type Relaxed = KernelFamily<LinearKernels>;

/** What `load` takes. */
export interface LoadOptions {
  /**
   * `auto` (default): WebAssembly where it runs with SIMD, else JavaScript; `core.backend` and `core.reason` say which
   * and why. `wasm`, `js`: that one or an error.
   */
  backend?: Backend | 'auto';
  /**
   * `deterministic` (default): the same bits everywhere. `relaxed`, of `lanewise/relaxed`: matrix products by fused
   * multiply-add where the engine has relaxed SIMD; elsewhere deterministic all the same. `core.arithmetic` and
   * `core.reason` say which.
   *
   * A relaxed sum of k products differs from the deterministic one by at most 2 k · 2^-24 · Σ |aᵢ bᵢ|, and on the same
   * processor it is the same in each run.
   */
  arithmetic?: 'deterministic' | Relaxed;
  /**
   * `lanewise/core.wasm` as a `WebAssembly.Module`, or the promise of one: all kernels compiled elsewhere, as while they
   * stream, in another thread, or before the program runs where an engine compiles nothing later (Cloudflare Workers).
   * Without it each family is compiled from the program's own text at its first use. The bits are the same. Not asked
   * where the arithmetic is relaxed or the backend JavaScript.
   */
  wasm?: object | PromiseLike<object>;
}

/** What core.wasm of this version exports, beside its kernels. */
declare const __CORE_MARK__: string;

/**
 * Makes a core: the kernels with a memory of their own. The WebAssembly code is part of the package and compiled once;
 * nothing is fetched. Load one core for each model, and `dispose()` it when the model is done with.
 *
 * Throws TypeError for an unknown backend or arithmetic or another module than this version's core.wasm, Error where `wasm` is asked for and cannot run (no WebAssembly, no SIMD, or
 * a page's policy without `wasm-unsafe-eval`).
 */
export async function load(options: LoadOptions = {}): Promise<Core> {
  expectOptions('load', options, ['backend', 'arithmetic', 'wasm']);
  const { backend = 'auto', arithmetic = 'deterministic', wasm } = options;
  if (arithmetic !== 'deterministic' && arithmetic?.name !== linearKernels.name)
    throw new TypeError(
      `load: expected arithmetic 'deterministic', or relaxed of lanewise/relaxed, got ${came(arithmetic)}`,
    );
  if (backend === 'js') return new Core(referenceMaker(), 'asked for');
  if (backend !== 'wasm' && backend !== 'auto')
    throw new TypeError(`load: expected backend 'auto', 'wasm' or 'js', got ${came(backend)}`);
  const without = (cause: unknown): Core => {
    const reason = `WebAssembly cannot run here: ${(cause as Error | undefined)?.message ?? cause}`;
    if (backend === 'wasm') throw new Error(`load: ${reason}`, { cause });
    return new Core(referenceMaker(), reason);
  };
  if (typeof WebAssembly === 'undefined') return without(new Error('this engine has no WebAssembly'));
  let whole: WebAssembly.Module | undefined;
  try {
    whole = await wasm;
  } catch (cause) {
    return without(cause);
  }
  if (wasm !== undefined && !isWhole(whole))
    throw new TypeError(
      `load: expected wasm to be a WebAssembly.Module of this version's lanewise/core.wasm, got ${came(whole)}`,
    );
  try {
    const reason = backend === 'wasm' ? 'asked for' : 'WebAssembly with SIMD is there';
    if (arithmetic === 'deterministic') return new Core(await wasmMaker(linearKernels, whole), reason);
    if (!WebAssembly.validate(decodeBinary(arithmetic.binary)))
      return new Core(await wasmMaker(linearKernels, whole), `${reason}; relaxed SIMD is not`);
    return new Core(await wasmMaker(arithmetic, undefined, true), `${reason}, and relaxed SIMD`);
  } catch (cause) {
    return without(cause);
  }
}

/** Whether it is core.wasm, of this version. */
function isWhole(module: unknown): boolean {
  try {
    const exported = WebAssembly.Module.exports(module as WebAssembly.Module);
    return exported.some(({ name }) => name === __CORE_MARK__);
  } catch {
    return false;
  }
}

/** Where tensors begin: below lie the static data of the families, as assembly/memory.json says. */
const HEAP_BASE = 8 * PAGE;

/** What was compiled, for all cores. */
const compiled = new WeakMap<KernelFamily<unknown>, WebAssembly.Module>();
const compiling = new WeakMap<KernelFamily<unknown>, Promise<WebAssembly.Module>>();

/** The family that every network needs, or its relaxed form: whether it compiles is whether WebAssembly runs here. */
async function compileFirst(family: KernelFamily<LinearKernels>): Promise<WebAssembly.Module> {
  const compile = async () => {
    const bytes = decodeBinary(family.binary);
    if (!WebAssembly.validate(bytes)) throw new Error('this engine has no WebAssembly SIMD');
    return WebAssembly.compile(bytes);
  };
  let module = compiling.get(family);
  if (module === undefined) {
    module = compile();
    compiling.set(family, module);
    // A policy or an engine that refuses goes on to do so, and a browser reports each try; memory may be there later.
    module.catch(({ name }: Error) => name === 'CompileError' || compiling.delete(family));
  }
  return module;
}

/** The others are small, and compiled where a layer first asks for them. */
function compileOnce(family: KernelFamily<unknown>): WebAssembly.Module {
  let module = compiled.get(family);
  if (module === undefined) {
    module = new WebAssembly.Module(decodeBinary(family.binary));
    compiled.set(family, module);
  }
  return module;
}

/** The kernels in WebAssembly, all on one memory: those of the whole, else each family an instance of its own. */
async function wasmMaker(
  linear: KernelFamily<LinearKernels>,
  whole: WebAssembly.Module | undefined,
  relaxed = false,
): Promise<Maker> {
  const module = whole ?? (await compileFirst(linear));
  const memory = new WebAssembly.Memory({ initial: HEAP_BASE / PAGE });
  const imports = { env: { memory } };
  // Their instances' own exports: the loader's are wrapped, each call through an array of its arguments.
  const first = (await instantiate(module, imports)).instance.exports as unknown as LinearKernels;
  return {
    backend: 'wasm',
    arithmetic: relaxed ? 'relaxed' : 'deterministic',
    make<K>(family: KernelFamily<K>, views: Views): K {
      if (family.name === linear.name) return first as K;
      // A family of the caller's own is not in the whole.
      if (whole && Object.keys(family.reference(views) as object).every((name) => name in first))
        return first as K;
      try {
        return instantiateSync(compileOnce(family), imports).instance.exports as K;
      } catch (error) {
        // Chrome before 115 does not let a page compile more than 4 kB in synchrony: the same bits, only slower.
        if ((error as Error).name === 'RangeError') return family.reference(views);
        throw error;
      }
    },
    base: HEAP_BASE,
    memory,
  };
}
