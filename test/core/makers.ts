import { instantiate } from '@assemblyscript/loader';
import { decodeBinary } from '../../src/core/binary.js';
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
const HEAP_BASE = 8 * PAGE;

const binaries: Record<string, string> = import.meta.glob('../../build/*/*.wasm', {
  query: '?text',
  import: 'default',
  eager: true,
});

const views = (buffer: ArrayBuffer) => ({
  f32: new Float32Array(buffer),
  i32: new Int32Array(buffer),
  f64: new Float64Array(buffer),
});

/** The families of one build, each an instance of its own, on one memory. */
const compiled = async <K>(build: string, families: readonly string[]): Promise<Maker<K>> => {
  const abort = (_message: number, _file: number, line: number) => {
    throw new Error(`assertion failed in line ${line} of a kernel`);
  };
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const kernels = await Promise.all(
    families.map(async (family) => {
      const binary = decodeBinary(binaries[`../../build/${build}/${family}.wasm`]);
      const { instance } = await instantiate(binary, { env: { abort, memory } });
      return instance.exports;
    }),
  );
  return {
    name: build,
    kernels: Object.assign({}, ...kernels) as K,
    ...views(memory.buffer),
    heapBase: HEAP_BASE,
  };
};

type Families = Record<string, (views: Views) => object>;
type All<F extends Families> = { [K in keyof F]: (made: ReturnType<F[K]>) => void }[keyof F] extends (
  made: infer I,
) => void
  ? I
  : never;

/** The three makers of the same bits, of the families named: the checked binary, the fast one, and JavaScript. */
export const makers = async <F extends Families>(families: F): Promise<Maker<All<F>>[]> => {
  const names = Object.keys(families);
  const own = views(new ArrayBuffer(PAGE * PAGES));
  const reference = Object.assign({}, ...Object.values(families).map((make) => make(own))) as All<F>;
  return [
    await compiled<All<F>>('debug', names),
    await compiled<All<F>>('release', names),
    { name: 'reference', kernels: reference, ...own, heapBase: 16 },
  ];
};
