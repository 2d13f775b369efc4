import { instantiate } from '@assemblyscript/loader';
import binary from '../../build/release.wasm?url&inline';
import { type Backend, Core, type Maker } from './core.js';
import type { Kernels } from './kernels.js';
import { referenceMaker } from './reference/maker.js';

export interface LoadOptions {
  /**
   * `auto` (default): WebAssembly where it runs with SIMD, else JavaScript; `core.backend` and `core.reason` say which
   * and why. `wasm`, `js`: that one or an error.
   */
  backend?: Backend | 'auto';
}

/**
 * Makes a core: an instance of the kernels with a memory of its own. The WebAssembly code is part of the package and
 * compiled once; nothing is fetched. Load one core for each model, and `dispose()` it when the model is done with.
 *
 * Throws TypeError for an unknown backend, Error where `wasm` is asked for and cannot run (no WebAssembly, no SIMD, or
 * a page's policy without `wasm-unsafe-eval`).
 */
export async function load({ backend = 'auto' }: LoadOptions = {}): Promise<Core> {
  if (backend === 'js') return new Core(referenceMaker(), 'asked for');
  if (backend !== 'wasm' && backend !== 'auto')
    throw new TypeError(`load: expected backend 'auto', 'wasm' or 'js', got '${backend}'`);
  try {
    return new Core(
      await wasmMaker(await compileOnce()),
      backend === 'wasm' ? 'asked for' : 'WebAssembly with SIMD is there',
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
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

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === 'undefined') throw new Error('this engine has no WebAssembly');
  if (!WebAssembly.validate(bytes)) throw new Error('this engine has no WebAssembly SIMD');
  return WebAssembly.compile(bytes);
}

/** The bytes of a module that the build put into the bundle as a `data:` address. */
export function bytesOf(address: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(address.slice(address.indexOf(',') + 1)), (character) =>
    character.charCodeAt(0),
  );
}

const PAGE = 65_536;

type Exports = Kernels & { memory: WebAssembly.Memory; heapBase(): number } & Record<string, unknown>;

/** The kernels of a compiled module, and its memory. */
export async function wasmMaker(module: WebAssembly.Module): Promise<Maker> {
  const { exports } = await instantiate<Exports>(module);
  const { memory } = exports;
  return {
    backend: 'wasm',
    kernels: exports,
    base: exports.heapBase(),
    buffer: () => memory.buffer,
    grow(bytes) {
      try {
        // A quarter more than asked for: growth moves the memory, and makes every view anew.
        memory.grow(Math.ceil(Math.max(bytes, memory.buffer.byteLength / 4) / PAGE));
      } catch {
        throw new RangeError(
          `Core.allocate: cannot grow the memory of ${memory.buffer.byteLength} bytes by ${bytes}`,
        );
      }
    },
  };
}
