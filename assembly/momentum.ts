// momentumUpdate  d = g + decay · p; b = momentum · b + keep · d (b = d at the first step);
//                 p −= lr · (nesterov: d + momentum · b; else b)
//
// over count floats, p and b in place. Pointers are byte addresses, 16-byte aligned; the last vector is updated whole, its
// padding included. Rounding: each operation to float, in the order written. `first`, `nesterov`: 0 or 1.

export function momentumUpdate(
  p: usize,
  b: usize,
  g: usize,
  count: i32,
  lr: f32,
  momentum: f32,
  keep: f32,
  decay: f32,
  nesterov: i32,
  first: i32,
): void {
  assert(count >= 0, 'momentumUpdate: sizes');
  assert(((p | b | g) & 15) === 0, 'momentumUpdate: alignment');
  const rate = f32x4.splat(lr);
  const old = f32x4.splat(momentum);
  const fresh = f32x4.splat(keep);
  const decays = f32x4.splat(decay);
  const end = p + ((<usize>count) << 2);
  for (; p < end; p += 16, b += 16, g += 16) {
    const value = v128.load(p);
    let d = v128.load(g);
    if (decay !== 0) d = f32x4.add(d, f32x4.mul(decays, value));
    const velocity = first ? d : f32x4.add(f32x4.mul(old, v128.load(b)), f32x4.mul(fresh, d));
    v128.store(b, velocity);
    const step = nesterov ? f32x4.add(d, f32x4.mul(old, velocity)) : velocity;
    v128.store(p, f32x4.sub(value, f32x4.mul(rate, step)));
  }
}

/** p −= lr · (g + decay · p): without momentum. */
export function decayedUpdate(p: usize, g: usize, count: i32, lr: f32, decay: f32): void {
  assert(count >= 0, 'decayedUpdate: sizes');
  assert(((p | g) & 15) === 0, 'decayedUpdate: alignment');
  const rate = f32x4.splat(lr);
  const decays = f32x4.splat(decay);
  const end = p + ((<usize>count) << 2);
  for (; p < end; p += 16, g += 16) {
    const value = v128.load(p);
    const d = f32x4.add(v128.load(g), f32x4.mul(decays, value));
    v128.store(p, f32x4.sub(value, f32x4.mul(rate, d)));
  }
}
