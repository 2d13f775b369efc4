// How many multiply-adds a second this machine and engine do where nothing but arithmetic is in the way: c = b + a · c on
// 4 floats, again and again, in registers alone. Which shape gets through depends on how the engine gives out registers,
// so there are four; the best of them is the ceiling.
//
// Each function reads its accumulators from p, its factors a from p + 192 and its addends b from p + 256, a vector each,
// does the rounds and writes the accumulators back. Every product has an accumulator in it, and no two accumulators begin
// alike: there is nothing to share or to move out of the loop.

/** 12 accumulators, one factor, one addend. */
export function twelve(p: usize, rounds: i32): void {
  const a0 = v128.load(p, 192);
  const b0 = v128.load(p, 256);
  let c0 = v128.load(p);
  let c1 = v128.load(p, 16);
  let c2 = v128.load(p, 32);
  let c3 = v128.load(p, 48);
  let c4 = v128.load(p, 64);
  let c5 = v128.load(p, 80);
  let c6 = v128.load(p, 96);
  let c7 = v128.load(p, 112);
  let c8 = v128.load(p, 128);
  let c9 = v128.load(p, 144);
  let c10 = v128.load(p, 160);
  let c11 = v128.load(p, 176);
  for (let i = rounds; i > 0; --i) {
    c0 = f32x4.add(b0, f32x4.mul(a0, c0));
    c1 = f32x4.add(b0, f32x4.mul(a0, c1));
    c2 = f32x4.add(b0, f32x4.mul(a0, c2));
    c3 = f32x4.add(b0, f32x4.mul(a0, c3));
    c4 = f32x4.add(b0, f32x4.mul(a0, c4));
    c5 = f32x4.add(b0, f32x4.mul(a0, c5));
    c6 = f32x4.add(b0, f32x4.mul(a0, c6));
    c7 = f32x4.add(b0, f32x4.mul(a0, c7));
    c8 = f32x4.add(b0, f32x4.mul(a0, c8));
    c9 = f32x4.add(b0, f32x4.mul(a0, c9));
    c10 = f32x4.add(b0, f32x4.mul(a0, c10));
    c11 = f32x4.add(b0, f32x4.mul(a0, c11));
  }
  v128.store(p, c0);
  v128.store(p, c1, 16);
  v128.store(p, c2, 32);
  v128.store(p, c3, 48);
  v128.store(p, c4, 64);
  v128.store(p, c5, 80);
  v128.store(p, c6, 96);
  v128.store(p, c7, 112);
  v128.store(p, c8, 128);
  v128.store(p, c9, 144);
  v128.store(p, c10, 160);
  v128.store(p, c11, 176);
}

/** The tile of the matrix product, 4 rows by 2 vectors: 8 accumulators, a factor a row, an addend a column. */
export function tile4x2(p: usize, rounds: i32): void {
  const a0 = v128.load(p, 192);
  const a1 = v128.load(p, 208);
  const a2 = v128.load(p, 224);
  const a3 = v128.load(p, 240);
  const b0 = v128.load(p, 256);
  const b1 = v128.load(p, 272);
  let c0 = v128.load(p);
  let c1 = v128.load(p, 16);
  let c2 = v128.load(p, 32);
  let c3 = v128.load(p, 48);
  let c4 = v128.load(p, 64);
  let c5 = v128.load(p, 80);
  let c6 = v128.load(p, 96);
  let c7 = v128.load(p, 112);
  for (let i = rounds; i > 0; --i) {
    c0 = f32x4.add(b0, f32x4.mul(a0, c0));
    c1 = f32x4.add(b1, f32x4.mul(a0, c1));
    c2 = f32x4.add(b0, f32x4.mul(a1, c2));
    c3 = f32x4.add(b1, f32x4.mul(a1, c3));
    c4 = f32x4.add(b0, f32x4.mul(a2, c4));
    c5 = f32x4.add(b1, f32x4.mul(a2, c5));
    c6 = f32x4.add(b0, f32x4.mul(a3, c6));
    c7 = f32x4.add(b1, f32x4.mul(a3, c7));
  }
  v128.store(p, c0);
  v128.store(p, c1, 16);
  v128.store(p, c2, 32);
  v128.store(p, c3, 48);
  v128.store(p, c4, 64);
  v128.store(p, c5, 80);
  v128.store(p, c6, 96);
  v128.store(p, c7, 112);
}

/** 8 accumulators, one factor, one addend, twice a round. */
export function eightTwice(p: usize, rounds: i32): void {
  const a0 = v128.load(p, 192);
  const b0 = v128.load(p, 256);
  let c0 = v128.load(p);
  let c1 = v128.load(p, 16);
  let c2 = v128.load(p, 32);
  let c3 = v128.load(p, 48);
  let c4 = v128.load(p, 64);
  let c5 = v128.load(p, 80);
  let c6 = v128.load(p, 96);
  let c7 = v128.load(p, 112);
  for (let i = rounds; i > 0; --i) {
    c0 = f32x4.add(f32x4.mul(c0, a0), b0);
    c1 = f32x4.add(f32x4.mul(c1, a0), b0);
    c2 = f32x4.add(f32x4.mul(c2, a0), b0);
    c3 = f32x4.add(f32x4.mul(c3, a0), b0);
    c4 = f32x4.add(f32x4.mul(c4, a0), b0);
    c5 = f32x4.add(f32x4.mul(c5, a0), b0);
    c6 = f32x4.add(f32x4.mul(c6, a0), b0);
    c7 = f32x4.add(f32x4.mul(c7, a0), b0);
    c0 = f32x4.add(f32x4.mul(c0, a0), b0);
    c1 = f32x4.add(f32x4.mul(c1, a0), b0);
    c2 = f32x4.add(f32x4.mul(c2, a0), b0);
    c3 = f32x4.add(f32x4.mul(c3, a0), b0);
    c4 = f32x4.add(f32x4.mul(c4, a0), b0);
    c5 = f32x4.add(f32x4.mul(c5, a0), b0);
    c6 = f32x4.add(f32x4.mul(c6, a0), b0);
    c7 = f32x4.add(f32x4.mul(c7, a0), b0);
  }
  v128.store(p, c0);
  v128.store(p, c1, 16);
  v128.store(p, c2, 32);
  v128.store(p, c3, 48);
  v128.store(p, c4, 64);
  v128.store(p, c5, 80);
  v128.store(p, c6, 96);
  v128.store(p, c7, 112);
}

/** 3 rows by 2 vectors. */
export function tile3x2(p: usize, rounds: i32): void {
  const a0 = v128.load(p, 192);
  const a1 = v128.load(p, 208);
  const a2 = v128.load(p, 224);
  const b0 = v128.load(p, 256);
  const b1 = v128.load(p, 272);
  let c0 = v128.load(p);
  let c1 = v128.load(p, 16);
  let c2 = v128.load(p, 32);
  let c3 = v128.load(p, 48);
  let c4 = v128.load(p, 64);
  let c5 = v128.load(p, 80);
  for (let i = rounds; i > 0; --i) {
    c0 = f32x4.add(b0, f32x4.mul(a0, c0));
    c1 = f32x4.add(b1, f32x4.mul(a0, c1));
    c2 = f32x4.add(b0, f32x4.mul(a1, c2));
    c3 = f32x4.add(b1, f32x4.mul(a1, c3));
    c4 = f32x4.add(b0, f32x4.mul(a2, c4));
    c5 = f32x4.add(b1, f32x4.mul(a2, c5));
  }
  v128.store(p, c0);
  v128.store(p, c1, 16);
  v128.store(p, c2, 32);
  v128.store(p, c3, 48);
  v128.store(p, c4, 64);
  v128.store(p, c5, 80);
}
