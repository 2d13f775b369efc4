// How many multiply-adds a second this machine and engine do on 4 floats where nothing but arithmetic is in the way: in
// registers alone. Which shape gets through depends on the processor's latencies and on how the engine gives out
// registers (V8 has 15 for vectors), so there are four; the best of them is the ceiling.
//
// Each function reads its accumulators from p, its factors a from p + 192 and its b from p + 256, a vector each, does the
// rounds and writes the accumulators back. No product comes twice and none stays the same from round to round, so there
// is nothing to share or to move out of the loop.

/** c = b + a · c: 12 accumulators, one a, one b. */
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

/**
 * c += a · b, the tile of the matrix product: 4 by 2 accumulators. (b0, b1) becomes (b1, b1 − b0), and is itself again
 * after 6 rounds.
 */
export function outer4x2(p: usize, rounds: i32): void {
  const a0 = v128.load(p, 192);
  const a1 = v128.load(p, 208);
  const a2 = v128.load(p, 224);
  const a3 = v128.load(p, 240);
  let b0 = v128.load(p, 256);
  let b1 = v128.load(p, 272);
  let c0 = v128.load(p);
  let c1 = v128.load(p, 16);
  let c2 = v128.load(p, 32);
  let c3 = v128.load(p, 48);
  let c4 = v128.load(p, 64);
  let c5 = v128.load(p, 80);
  let c6 = v128.load(p, 96);
  let c7 = v128.load(p, 112);
  for (let i = rounds; i > 0; --i) {
    c0 = f32x4.add(c0, f32x4.mul(a0, b0));
    c1 = f32x4.add(c1, f32x4.mul(a0, b1));
    c2 = f32x4.add(c2, f32x4.mul(a1, b0));
    c3 = f32x4.add(c3, f32x4.mul(a1, b1));
    c4 = f32x4.add(c4, f32x4.mul(a2, b0));
    c5 = f32x4.add(c5, f32x4.mul(a2, b1));
    c6 = f32x4.add(c6, f32x4.mul(a3, b0));
    c7 = f32x4.add(c7, f32x4.mul(a3, b1));
    const next = f32x4.sub(b1, b0);
    b0 = b1;
    b1 = next;
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

/** c = c · a + b: 8 accumulators, one a, one b, twice a round. */
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

/** c += a · b as above, 3 by 2 accumulators. */
export function outer3x2(p: usize, rounds: i32): void {
  const a0 = v128.load(p, 192);
  const a1 = v128.load(p, 208);
  const a2 = v128.load(p, 224);
  let b0 = v128.load(p, 256);
  let b1 = v128.load(p, 272);
  let c0 = v128.load(p);
  let c1 = v128.load(p, 16);
  let c2 = v128.load(p, 32);
  let c3 = v128.load(p, 48);
  let c4 = v128.load(p, 64);
  let c5 = v128.load(p, 80);
  for (let i = rounds; i > 0; --i) {
    c0 = f32x4.add(c0, f32x4.mul(a0, b0));
    c1 = f32x4.add(c1, f32x4.mul(a0, b1));
    c2 = f32x4.add(c2, f32x4.mul(a1, b0));
    c3 = f32x4.add(c3, f32x4.mul(a1, b1));
    c4 = f32x4.add(c4, f32x4.mul(a2, b0));
    c5 = f32x4.add(c5, f32x4.mul(a2, b1));
    const next = f32x4.sub(b1, b0);
    b0 = b1;
    b1 = next;
  }
  v128.store(p, c0);
  v128.store(p, c1, 16);
  v128.store(p, c2, 32);
  v128.store(p, c3, 48);
  v128.store(p, c4, 64);
  v128.store(p, c5, 80);
}
