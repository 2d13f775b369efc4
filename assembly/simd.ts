// The few helpers that every kernel shares. Floats are 4 bytes, vectors 16.

/** Floats from one row to the next: whole vectors. */
@inline
export function rowStride(columns: i32): i32 {
  return (columns + 3) & ~3;
}

/** c + a · b: both rounded, or in the relaxed build in one operation, rounded once where the processor has it. */
@inline
export function madd(c: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** What the kernels check that go through floats one by one. */
export function checkElementwise(output: usize, input: usize, count: i32): void {
  assert((output & 15) === 0, 'the output is not 16-byte aligned');
  assert((input & 15) === 0, 'the input is not 16-byte aligned');
  assert(count >= 0, 'count is negative');
}

/** The lower two floats as doubles. */
@inline
export function lowerDoubles(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** The upper two floats as doubles. */
@inline
export function upperDoubles(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
}

/** Four doubles, each rounded once, as one vector of floats. */
@inline
export function toFloats(lower: v128, upper: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(lower), f32x4.demote_f64x2_zero(upper), 0, 2);
}
