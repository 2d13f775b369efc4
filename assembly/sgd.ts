// sgdUpdate  p −= lr · dp over count floats, in place: lr · dp is rounded, then the difference, as p += −lr * grad in
// torch. Pointers are byte addresses, 16-byte aligned; the last vector is updated whole, its padding included.

export function sgdUpdate(p: usize, dp: usize, count: i32, lr: f32): void {
  assert(count >= 0, 'sgdUpdate: sizes');
  assert(((p | dp) & 15) === 0, 'sgdUpdate: alignment');
  const rate = f32x4.splat(lr);
  const bytes = (<usize>count) << 2;
  for (let i: usize = 0; i < bytes; i += 16)
    v128.store(p + i, f32x4.sub(v128.load(p + i), f32x4.mul(rate, v128.load(dp + i))));
}
