// packedProduct  c(rows,columns) = a b + bias for the whole tiles of large products; `linear.ts` does the rest of the
//                rows and columns, and all smaller products
//
// Why: in a large matrix the rows of a tile lie far apart, so that its loads miss the first cache and, where a row is a
// multiple of 4096 bytes, evict each other. Blocks of b and strips of a are copied to where they lie close together
// (Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008).
// Units, layout and aliasing: as in `linear.ts`.
// Rounding: a sum is kept in c between two blocks of the depth and goes on from there: the same additions in the same
// order, and the same bits, as without blocks.

import { madd, rowStride } from './simd';

/** Rows and columns of a block of b: 128 KB. */
const DEPTH: i32 = 128;
const WIDTH: i32 = 256;

const BLOCK: usize = memory.data(128 * 256 * 4, 16);
/** Four rows of a, as deep as a block: 2 KB. */
const STRIP: usize = memory.data(4 * 128 * 4, 16);

/**
 * The arguments of `product`; does the first rows & ~3 rows and of each the first stride & ~31 bytes. With `w` in place
 * of b, b is its transpose: w(columns,depth).
 */
export function packedProduct(
  c: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  w: usize,
  bias: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  const stride = (<usize>rowStride(columns)) << 2;
  const paired = stride & ~31;
  const whole = rows & ~3;
  for (let left: usize = 0; left < paired; left += WIDTH << 2) {
    const width = min<usize>(WIDTH << 2, paired - left);
    for (let top = 0; top < depth; top += DEPTH) {
      const deep = min(DEPTH, depth - top);
      const last = top + deep === depth;
      if (b !== 0) packBlock(b + left + <usize>top * stride, stride, width, deep);
      else
        packTransposed(w, left >> 2, (<usize>top) << 2, columns, (<usize>rowStride(depth)) << 2, width, deep);
      for (let r = 0; r < whole; r += 4) {
        packStrip(a + <usize>r * aRow + <usize>top * aStep, aRow, aStep, deep);
        const cr = c + left + <usize>r * stride;
        let panel = BLOCK;
        for (let j: usize = 0; j < width; j += 32) {
          tile(cr + j, stride, panel, last && bias !== 0 ? bias + left + j : 0, deep, top === 0);
          panel += (<usize>deep) << 5;
        }
      }
    }
  }
}

/** Panels of two vectors, one behind the other; in each the rows of b. */
function packBlock(b: usize, stride: usize, width: usize, deep: i32): void {
  const end = b + <usize>deep * stride;
  let to = BLOCK;
  for (let j: usize = 0; j < width; j += 32)
    for (let row = b + j; row < end; row += stride, to += 32) {
      v128.store(to, v128.load(row));
      v128.store(to, v128.load(row, 16), 16);
    }
}

/** The same panels of wᵀ: its columns are the rows of w from `first`. Past the last it repeats: the padding of c. */
function packTransposed(
  w: usize,
  first: usize,
  offset: usize,
  columns: i32,
  wRow: usize,
  width: usize,
  deep: i32,
): void {
  let to = BLOCK;
  for (let j: usize = 0; j < width >> 2; j += 8, to += (<usize>deep) << 5)
    for (let half: usize = 0; half < 8; half += 4)
      interleave(to + (half << 2), 32, w + offset, wRow, first + j + half, columns - 1, deep);
}

/** Four rows of a, interleaved: a's element (r,p) at 4 p + r. */
function packStrip(a: usize, aRow: usize, aStep: usize, deep: i32): void {
  if (aRow !== 4) {
    interleave(STRIP, 16, a, aRow, 0, 3, deep);
    return;
  }
  let to = STRIP;
  for (let p = deep; p > 0; --p, a += aStep, to += 16) v128.store(to, v128.load(a));
}

/** A vector for each p, `step` bytes apart: element p of four rows of a from `first` on; past `last` that one again. */
export function interleave(
  to: usize,
  step: usize,
  a: usize,
  aRow: usize,
  first: usize,
  last: usize,
  deep: i32,
): void {
  const a1 = a + min(first + 1, last) * aRow;
  const a2 = a + min(first + 2, last) * aRow;
  const a3 = a + min(first + 3, last) * aRow;
  a += min(first, last) * aRow;
  let p: usize = 0;
  for (const end = (<usize>(deep & ~3)) << 2; p < end; p += 16, to += 4 * step) {
    const r0 = v128.load(a + p);
    const r1 = v128.load(a1 + p);
    const r2 = v128.load(a2 + p);
    const r3 = v128.load(a3 + p);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
    v128.store(to + step, v128.shuffle<f64>(low01, low23, 1, 3));
    v128.store(to + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2));
    v128.store(to + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3));
  }
  for (const end = (<usize>deep) << 2; p < end; p += 4, to += step) {
    store<f32>(to, load<f32>(a + p));
    store<f32>(to, load<f32>(a1 + p), 4);
    store<f32>(to, load<f32>(a2 + p), 8);
    store<f32>(to, load<f32>(a3 + p), 12);
  }
}

/** `tile4x2` of tiles.ts on the strip and a panel; starts from 0 or from what is in c. */
function tile(c: usize, cRow: usize, b: usize, bias: usize, deep: i32, first: bool): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  if (!first) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(c1);
    c11 = v128.load(c1, 16);
    c20 = v128.load(c2);
    c21 = v128.load(c2, 16);
    c30 = v128.load(c3);
    c31 = v128.load(c3, 16);
  }
  let a = STRIP;
  for (let p = deep; p > 0; --p) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a);
    c00 = madd(c00, x0, b0);
    c01 = madd(c01, x0, b1);
    const x1 = v128.load32_splat(a, 4);
    c10 = madd(c10, x1, b0);
    c11 = madd(c11, x1, b1);
    const x2 = v128.load32_splat(a, 8);
    c20 = madd(c20, x2, b0);
    c21 = madd(c21, x2, b1);
    const x3 = v128.load32_splat(a, 12);
    c30 = madd(c30, x3, b0);
    c31 = madd(c31, x3, b1);
    a += 16;
    b += 32;
  }
  if (bias !== 0) {
    const b0 = v128.load(bias);
    const b1 = v128.load(bias, 16);
    c00 = f32x4.add(c00, b0);
    c01 = f32x4.add(c01, b1);
    c10 = f32x4.add(c10, b0);
    c11 = f32x4.add(c11, b1);
    c20 = f32x4.add(c20, b0);
    c21 = f32x4.add(c21, b1);
    c30 = f32x4.add(c30, b0);
    c31 = f32x4.add(c31, b1);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(c2, c20);
  v128.store(c2, c21, 16);
  v128.store(c3, c30);
  v128.store(c3, c31, 16);
}
