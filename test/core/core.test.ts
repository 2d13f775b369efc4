import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Core, type Maker } from '../../src/core/core.js';
import { sgdKernels } from '../../src/core/kernels/sgd.js';
import { type Backend, load } from '../../src/index.js';

describe.each<Backend>(['wasm', 'js'])('a core on %s', (backend) => {
  test('gives aligned memory, apart and all zero', async () => {
    using core = await load({ backend });
    const sizes = [1, 4, 15, 16, 17, 0, 100, 3];
    let end = 16;
    for (const bytes of sizes) {
      const address = core.allocate(bytes);
      expect(address % 16).toBe(0);
      expect(address).toBeGreaterThanOrEqual(end);
      end = address + bytes;
      expect(new Uint8Array(core.f32.buffer, address, bytes).every((byte) => byte === 0)).toBe(true);
    }
  });

  test('holds zeros after growth as well', async () => {
    using core = await load({ backend });
    const tensor = core.tensor([1000, 1000]);
    expect(tensor.data.length).toBe(1_000_000);
    expect(tensor.data.every((value) => Object.is(value, 0))).toBe(true);
  });

  test('keeps all values when it grows, and every tensor reads the memory as it is now', async () => {
    using core = await load({ backend });
    const tensor = core.tensor([2, 3]).set([1, 2, 3, 4, 5, 6]);
    const indices = core.indices([2, 2]).set([7, 8, 9, 10]);
    const [oldData, oldF32, bytes] = [tensor.data, core.f32, core.bytes];
    core.tensor([1000, 1000]);
    expect(core.bytes).toBeGreaterThan(bytes);
    expect(core.f32 === oldF32).toBe(false);
    expect(core.f32.length * 4).toBe(core.bytes);
    expect(core.i32.length * 4).toBe(core.bytes);
    expect(tensor.data.buffer === oldData.buffer).toBe(false);
    expect(Array.from(tensor.toArray())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(indices.toArray())).toEqual([7, 8, 9, 10]);
    tensor.data[0] = 11;
    expect(tensor.toArray()[0]).toBe(11);
    expect(core.f32[tensor.pointer / 4]).toBe(11);
  });

  test('computes with tensors from before a growth', async () => {
    using core = await load({ backend });
    const p = core.tensor([5]).set([1, 2, 3, 4, 5]);
    const dp = core.tensor([5]).fill(2);
    core.use(sgdKernels).sgdUpdate(p.pointer, dp.pointer, p.stride, 0.5);
    const late = core.tensor([500_000]);
    core.use(sgdKernels).sgdUpdate(p.pointer, dp.pointer, p.stride, 0.5);
    expect(Array.from(p.toArray())).toEqual([-1, 0, 1, 2, 3]);
    core.use(sgdKernels).sgdUpdate(late.pointer, late.pointer, 8, 1);
    expect(Array.from(p.toArray())).toEqual([-1, 0, 1, 2, 3]);
  });

  test('makes its views once for each memory', async () => {
    using core = await load({ backend });
    expect(core.f32).toBe(core.f32);
    expect(core.i32).toBe(core.i32);
    expect(core.i32.buffer).toBe(core.f32.buffer);
  });

  test('refuses more than an address can name, and stays as it was', async () => {
    using core = await load({ backend });
    const { bytes } = core;
    expect(() => core.allocate(2 ** 31)).toThrow(
      new RangeError(
        `Core.allocate: expected at most 2147418112 bytes in all, got ${2 ** 31 + core.allocate(0)}`,
      ),
    );
    for (const shape of [
      [1e6, 1e6],
      [2 ** 31 - 1, 2 ** 31 - 1],
      [70_000, 70_000],
    ])
      expect(() => core.tensor(shape)).toThrow('Core.allocate: expected at most 2147418112 bytes in all');
    for (const size of [-16, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => core.allocate(size)).toThrow(RangeError);
    expect(core.bytes).toBe(bytes);
    expect(Array.from(core.tensor([2]).set([1, 2]).toArray())).toEqual([1, 2]);
  });

  test('grows by no more than has to be, where there is no quarter more', async () => {
    const most = 20 * 65_536;
    limitMemory(most);
    using core = await load({ backend });
    const tensor = core.tensor([4]).set([1, 2, 3, 4]);
    core.allocate(17 * 65_536 - core.allocate(0));
    // 17 pages are taken; a quarter more than those would be 22.
    core.allocate(2 * 65_536);
    expect(core.bytes).toBeLessThanOrEqual(most);
    expect(Array.from(tensor.toArray())).toEqual([1, 2, 3, 4]);
    const { bytes } = core;
    expect(() => core.allocate(4 * 65_536)).toThrow(
      `Core.allocate: cannot grow the memory of ${bytes} bytes by`,
    );
    expect(core.bytes).toBe(bytes);
  });

  test('a tensor: its shape is an array, and is its own; what fills it is a number', async () => {
    using core = await load({ backend });
    for (const [shape, told] of [
      [4, '4'],
      [undefined, 'undefined'],
      ['23', "'23'"],
      [new Set([2]), 'a Set'],
    ])
      expect(() => core.tensor(shape as never)).toThrow(
        new TypeError(`Tensor: expected the shape as an array of sizes, got ${told}`),
      );
    const shape = [3];
    const tensor = core.tensor(shape);
    shape[0] = 5;
    expect(tensor.shape).toEqual([3]);
    for (const [value, told] of [
      [undefined, 'undefined'],
      ['a', "'a'"],
      [1n, '1n'],
    ])
      expect(() => tensor.fill(value as never)).toThrow(
        new TypeError(`Tensor.fill: expected a number, got ${told}`),
      );
    expect(tensor.fill(2).toArray()).toEqual(Float32Array.of(2, 2, 2));
  });

  test('is a memory of its own', async () => {
    using one = await load({ backend });
    using other = await load({ backend });
    const [a, b] = [one.tensor([3]).fill(1), other.tensor([3]).fill(2)];
    expect(a.pointer).toBe(b.pointer);
    expect(Array.from(a.toArray())).toEqual([1, 1, 1]);
  });

  test('is disposed of once, twice, and then says so by name', async () => {
    const core = await load({ backend });
    const [tensor, indices] = [core.tensor([2, 2]), core.indices([2])];
    core.dispose();
    core.dispose();
    core[Symbol.dispose]();
    expect(core.backend).toBe(backend);
    const disposed = (what: string) => new Error(`Core.${what}: this core was disposed`);
    expect(() => core.use(sgdKernels)).toThrow(disposed('use'));
    expect(() => core.f32).toThrow(disposed('f32'));
    expect(() => core.i32).toThrow(disposed('i32'));
    expect(() => core.bytes).toThrow(disposed('bytes'));
    expect(() => core.allocate(4)).toThrow(disposed('allocate'));
    expect(() => core.tensor([2])).toThrow(disposed('allocate'));
    expect(() => core.indices([2])).toThrow(disposed('allocate'));
    expect(() => tensor.data).toThrow(disposed('f32'));
    expect(() => tensor.fill(1)).toThrow(disposed('f32'));
    expect(() => tensor.set([1, 2, 3, 4])).toThrow(disposed('f32'));
    expect(() => tensor.gather(new Float32Array(4), 0)).toThrow(disposed('f32'));
    expect(() => tensor.toArray()).toThrow(disposed('f32'));
    expect(() => indices.data).toThrow(disposed('i32'));
    expect(() => indices.set([1, 2])).toThrow(disposed('i32'));
    expect(() => indices.gather(new Int32Array(2), 0)).toThrow(disposed('i32'));
    expect(() => indices.expectBelow('here', 3)).toThrow(disposed('i32'));
    expect(() => indices.toArray()).toThrow(disposed('i32'));
  });

  test('`using` disposes of it', async () => {
    let kept: Core;
    {
      using core = await load({ backend });
      kept = core;
      expect(kept.bytes).toBeGreaterThan(0);
    }
    expect(() => kept.bytes).toThrow('Core.bytes: this core was disposed');
  });
});

test('a memory that cannot grow: the error says so, and nothing was reserved', () => {
  const maker: Maker = {
    backend: 'js',
    arithmetic: 'deterministic',
    make: (family) => family.reference({} as never),
    base: 20,
    memory: {
      buffer: new ArrayBuffer(65_536),
      grow() {
        throw new RangeError('no more');
      },
    },
  };
  using core = new Core(maker, 'a test');
  expect(core.reason).toBe('a test');
  expect(core.allocate(65_536 - 32)).toBe(32);
  expect(() => core.allocate(1)).toThrow(
    new RangeError('Core.allocate: cannot grow the memory of 65536 bytes by 16'),
  );
  expect(core.allocate(0)).toBe(65_536);
});

/** For the test that calls it, no memory of either backend is larger than so many bytes. */
function limitMemory(most: number): void {
  const { grow } = WebAssembly.Memory.prototype;
  vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(function (
    this: WebAssembly.Memory,
    pages,
  ) {
    if (this.buffer.byteLength + pages * 65_536 > most) throw new RangeError('no more');
    return grow.call(this, pages);
  });
  vi.stubGlobal(
    'ArrayBuffer',
    class extends ArrayBuffer {
      constructor(bytes: number) {
        if (bytes > most) throw new RangeError('no more');
        super(bytes);
      }
    },
  );
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}
