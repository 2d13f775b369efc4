// sgdUpdate  p −= lr · dp over count floats, in place: lr · dp is rounded, then the difference, as p += −lr * grad in
// torch. Pointers are byte addresses, 16-byte aligned; the last vector is updated whole, its padding included.

export function sgdUpdate(p: usize, dp: usize, count: i32, lr: f32): void {
  assert(count >= 0, 'sgdUpdate: sizes');
  assert(((p | dp) & 15) === 0, 'sgdUpdate: alignment');
  const rate = f32x4.splat(lr);
  const end = p + ((<usize>count) << 2);
  // Four vectors at a time: the loop itself costs as much as one of them.
  for (; p + 64 <= end; p += 64, dp += 64) {
    v128.store(p, f32x4.sub(v128.load(p), f32x4.mul(rate, v128.load(dp))));
    v128.store(p, f32x4.sub(v128.load(p, 16), f32x4.mul(rate, v128.load(dp, 16))), 16);
    v128.store(p, f32x4.sub(v128.load(p, 32), f32x4.mul(rate, v128.load(dp, 32))), 32);
    v128.store(p, f32x4.sub(v128.load(p, 48), f32x4.mul(rate, v128.load(dp, 48))), 48);
  }
  for (; p < end; p += 16, dp += 16) v128.store(p, f32x4.sub(v128.load(p), f32x4.mul(rate, v128.load(dp))));
}
