// rmspropUpdate  d = g + decay · p; v = alpha · v + keep · d · d; a = alpha · a + keep · d;
//                s = √(v − a · a) + eps, or √v + eps where `a` is 0;
//                b = momentum · b + d / s, p −= lr · b; where `b` is 0, p −= lr · d / s
//
// over count floats, p, v, a and b in place. Pointers are byte addresses, 16-byte aligned; the last vector is updated
// whole, its padding included. Rounding: each operation to float, in the order written.

export function rmspropUpdate(
  p: usize,
  v: usize,
  a: usize,
  b: usize,
  g: usize,
  count: i32,
  lr: f32,
  alpha: f32,
  keep: f32,
  eps: f32,
  decay: f32,
  momentum: f32,
): void {
  assert(count >= 0, 'rmspropUpdate: sizes');
  assert(((p | v | a | b | g) & 15) === 0, 'rmspropUpdate: alignment');
  const rate = f32x4.splat(lr);
  const alphas = f32x4.splat(alpha);
  const keeps = f32x4.splat(keep);
  const end = p + ((<usize>count) << 2);
  for (; p < end; p += 16, v += 16, g += 16) {
    const value = v128.load(p);
    let d = v128.load(g);
    if (decay !== 0) d = f32x4.add(d, f32x4.mul(f32x4.splat(decay), value));
    let square = f32x4.add(f32x4.mul(alphas, v128.load(v)), f32x4.mul(f32x4.mul(keeps, d), d));
    v128.store(v, square);
    if (a) {
      const mean = f32x4.add(f32x4.mul(alphas, v128.load(a)), f32x4.mul(keeps, d));
      v128.store(a, mean);
      square = f32x4.sub(square, f32x4.mul(mean, mean));
      a += 16;
    }
    let step = f32x4.div(d, f32x4.add(f32x4.sqrt(square), f32x4.splat(eps)));
    if (b) {
      step = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(b)), step);
      v128.store(b, step);
      b += 16;
    }
    v128.store(p, f32x4.sub(value, f32x4.mul(rate, step)));
  }
}
