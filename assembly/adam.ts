// adamUpdate  p = shrink · p; d = g + decay · p; m = beta1 · m + keep1 · d; v = beta2 · v + keep2 · d · d;
//             p −= step · m / (√v / root + eps), with v's largest so far in place of v where `most` is not 0
//
// over count floats, p, m, v and most in place. `step` is lr / (1 − beta1^t) and `root` √(1 − beta2^t). Pointers are byte
// addresses, 16-byte aligned; the last vector is updated whole, its padding included. Rounding: each operation to float,
// in the order written.

export function adamUpdate(
  p: usize,
  m: usize,
  v: usize,
  most: usize,
  g: usize,
  count: i32,
  step: f32,
  beta1: f32,
  keep1: f32,
  beta2: f32,
  keep2: f32,
  root: f32,
  eps: f32,
  decay: f32,
  shrink: f32,
): void {
  assert(count >= 0, 'adamUpdate: sizes');
  assert(((p | m | v | most | g) & 15) === 0, 'adamUpdate: alignment');
  const steps = f32x4.splat(step);
  const roots = f32x4.splat(root);
  const epses = f32x4.splat(eps);
  const decays = f32x4.splat(decay);
  const shrinks = f32x4.splat(shrink);
  const end = p + ((<usize>count) << 2);
  for (; p < end; p += 16, m += 16, v += 16, g += 16) {
    let value = v128.load(p);
    let d = v128.load(g);
    if (shrink !== 1) value = f32x4.mul(value, shrinks);
    if (decay !== 0) d = f32x4.add(d, f32x4.mul(decays, value));
    const mean = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(m)), f32x4.mul(f32x4.splat(keep1), d));
    let square = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(v)),
      f32x4.mul(f32x4.mul(f32x4.splat(keep2), d), d),
    );
    v128.store(m, mean);
    v128.store(v, square);
    if (most) {
      // A NaN stays, as in torch.
      square = f32x4.max(v128.load(most), square);
      v128.store(most, square);
      most += 16;
    }
    const spread = f32x4.add(f32x4.div(f32x4.sqrt(square), roots), epses);
    v128.store(p, f32x4.sub(value, f32x4.div(f32x4.mul(steps, mean), spread)));
  }
}
