import { instantiate } from '@assemblyscript/loader';
import debugUrl from '../../build/debug.wasm?url&inline';
import releaseUrl from '../../build/release.wasm?url&inline';
import type { Kernels } from '../../src/core/kernels.js';
import type { Views } from '../../src/core/reference/views.js';

/** What computes the kernels, with its memory: every kernel of `K`. */
export interface Maker<K> {
  name: string;
  kernels: K;
  f32: Float32Array;
  i32: Int32Array;
  f64: Float64Array;
  /** The first free byte. */
  heapBase: number;
}

const PAGE = 65536;
const PAGES = 256;

const bytes = (url: string): Uint8Array =>
  Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (character) => character.charCodeAt(0));

const views = (buffer: ArrayBuffer) => ({
  f32: new Float32Array(buffer),
  i32: new Int32Array(buffer),
  f64: new Float64Array(buffer),
});

const compiled = async <K>(name: string, url: string): Promise<Maker<K>> => {
  type Exports = Kernels & { memory: WebAssembly.Memory; heapBase(): number };
  const abort = (_message: number, _file: number, line: number) => {
    throw new Error(`assertion failed in line ${line} of a kernel`);
  };
  const { exports } = await instantiate<Exports & Record<string, unknown>>(bytes(url), { env: { abort } });
  exports.memory.grow(PAGES);
  return {
    name,
    kernels: exports as unknown as K,
    ...views(exports.memory.buffer as ArrayBuffer),
    heapBase: (exports.heapBase() + 15) & ~15,
  };
};

/** The three makers of the same bits: the checked binary, the fast one, and JavaScript (`reference`). */
export const makers = async <K extends Partial<Kernels>>(
  reference: (views: Views) => K,
): Promise<Maker<K>[]> => {
  const own = views(new ArrayBuffer(PAGE * PAGES));
  return [
    await compiled<K>('debug', debugUrl),
    await compiled<K>('release', releaseUrl),
    { name: 'reference', kernels: reference(own), ...own, heapBase: 16 },
  ];
};
