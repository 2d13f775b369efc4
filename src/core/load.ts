import { instantiate, instantiateSync } from '@assemblyscript/loader';
import binary from '../../build/release.wasm?url&inline';
import { decodeBase64 } from './base64.js';
import { type Arithmetic, type Backend, Core, type Maker } from './core.js';
import { expectOptions } from './expect.js';
import type { Kernels } from './kernels.js';
import { referenceMaker } from './reference/maker.js';

export interface LoadOptions {
  /**
   * `auto` (default): WebAssembly where it runs with SIMD, else JavaScript; `core.backend` and `core.reason` say which
   * and why. `wasm`, `js`: that one or an error.
   */
  backend?: Backend | 'auto';
  /**
   * `deterministic` (default): the same bits everywhere. `relaxed`: matrix products by fused multiply-add where the
   * engine has relaxed SIMD; elsewhere deterministic all the same. `core.arithmetic` and `core.reason` say which.
   *
   * A relaxed sum of k products differs from the deterministic one by at most 2 k · 2^-24 · Σ |aᵢ bᵢ|, and on the same
   * processor it is the same in each run.
   */
  arithmetic?: Arithmetic;
}

/**
 * Makes a core: an instance of the kernels with a memory of its own. The WebAssembly code is part of the package and
 * compiled once; nothing is fetched. Load one core for each model, and `dispose()` it when the model is done with.
 *
 * Throws TypeError for an unknown backend or arithmetic, Error where `wasm` is asked for and cannot run (no WebAssembly, no SIMD, or
 * a page's policy without `wasm-unsafe-eval`).
 */
export async function load(options: LoadOptions = {}): Promise<Core> {
  expectOptions('load', options, ['backend', 'arithmetic']);
  const { backend = 'auto', arithmetic = 'deterministic' } = options;
  if (arithmetic !== 'deterministic' && arithmetic !== 'relaxed')
    throw new TypeError(`load: expected arithmetic 'deterministic' or 'relaxed', got '${arithmetic}'`);
  if (backend === 'js') return new Core(referenceMaker(), 'asked for');
  if (backend !== 'wasm' && backend !== 'auto')
    throw new TypeError(`load: expected backend 'auto', 'wasm' or 'js', got '${backend}'`);
  try {
    const reason = backend === 'wasm' ? 'asked for' : 'WebAssembly with SIMD is there';
    if (arithmetic === 'deterministic') return new Core(await wasmMaker(await compileOnce()), reason);
    const relaxed = await compileRelaxed();
    return relaxed === undefined
      ? new Core(await wasmMaker(await compileOnce()), `${reason}; relaxed SIMD is not`)
      : new Core(await wasmMaker(relaxed, 'relaxed'), `${reason}, and relaxed SIMD`);
  } catch (cause) {
    const reason = (cause as Error | undefined)?.message ?? String(cause);
    if (backend === 'wasm') throw new Error(`load: WebAssembly cannot run here: ${reason}`, { cause });
    return new Core(referenceMaker(), `WebAssembly cannot run here: ${reason}`);
  }
}

let compiled: Promise<WebAssembly.Module> | undefined;

function compileOnce(): Promise<WebAssembly.Module> {
  compiled ??= compile(bytesOf(binary)).catch((error) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}

let compiledRelaxed: Promise<WebAssembly.Module | undefined> | undefined;

/** Undefined where the engine does not know relaxed SIMD. */
function compileRelaxed(): Promise<WebAssembly.Module | undefined> {
  compiledRelaxed ??= (async () => {
    const bytes = bytesOf((await import('./relaxed.js')).binary);
    if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) return undefined;
    return WebAssembly.compile(bytes);
  })().catch((error) => {
    compiledRelaxed = undefined;
    throw error;
  });
  return compiledRelaxed;
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === 'undefined') throw new Error('this engine has no WebAssembly');
  if (!WebAssembly.validate(bytes)) throw new Error('this engine has no WebAssembly SIMD');
  return WebAssembly.compile(bytes);
}

/** The bytes of a module that the build put into the bundle as a `data:` address. */
export const bytesOf = (address: string): Uint8Array<ArrayBuffer> =>
  decodeBase64(address.slice(address.indexOf(',') + 1));

const PAGE = 65_536;

type Exports = Kernels & { memory: WebAssembly.Memory; heapBase(): number } & Record<string, unknown>;

/**
 * Not by `instantiate` at once: it looks for `Response`, for which Node loads its HTTP client, 17 ms. Chrome before 115
 * does not let a page instantiate in synchrony.
 */
async function instanceOf(module: WebAssembly.Module): Promise<WebAssembly.Instance> {
  try {
    return instantiateSync(module).instance;
  } catch (error) {
    if ((error as Error).name === 'RangeError') return (await instantiate(module)).instance;
    throw error;
  }
}

/** The kernels of a compiled module, and its memory. */
export async function wasmMaker(
  module: WebAssembly.Module,
  arithmetic: Arithmetic = 'deterministic',
): Promise<Maker> {
  // The instance's own exports: the loader's are wrapped, each call through an array of its arguments.
  const exports = (await instanceOf(module)).exports as Exports;
  const { memory } = exports;
  return {
    backend: 'wasm',
    arithmetic,
    kernels: exports,
    base: exports.heapBase(),
    buffer: () => memory.buffer,
    grow(bytes) {
      const { byteLength } = memory.buffer;
      // A quarter more than asked for: growth moves the memory, and makes every view anew. Or else what has to be.
      for (const more of [Math.max(bytes, byteLength / 4), bytes])
        try {
          memory.grow(Math.ceil(more / PAGE));
          return;
        } catch {
          // There is not so much.
        }
      throw new RangeError(`Core.allocate: cannot grow the memory of ${byteLength} bytes by ${bytes}`);
    },
  };
}
