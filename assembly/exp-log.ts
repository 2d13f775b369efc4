// eˣ and ln x in doubles: what the kernels that need more than a float's digits share.

// e^x = 2^n e^r with n = round(x / ln 2), |r| ≤ ln 2 / 2, and e^r = 1 + r / (h(r²) − r / 2), where h(r²) is
// (r / 2) coth(r / 2) with minimax coefficients: e^r within 2^-51.8. ln 2 is split so that n · LN2_HIGH is exact.
// Doubles in memory: a splat of a constant inside a loop is rebuilt from integers each time.
const EXP: usize = memory.data<f64>(
  [
    1.4426950408889634, // 0: 1 / ln 2
    6755399441055744.0, // 8: 1.5 · 2^52, whose sum with n holds n in its lowest bits
    0.6931471805598903, // 16: LN2_HIGH, 42 bits
    5.497923018708371e-14, // 24: ln 2 − LN2_HIGH
    -8.202618363196073e-7, // 32: h, highest power first
    3.3068077560001616e-5, // 40
    -0.0013888888574194848, // 48
    0.08333333333286778, // 56
    0.5, // 64
    1.0, // 72
    -708.0, // 80: below it e^x counts as 0: it is no float, nor seen in a sum of at least 1
  ],
  16,
);

/** x / ln 2 + 1.5 · 2^52: the lowest bits hold n = round(x / ln 2). */
@inline
function shiftedExponent(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, v128.load64_splat(EXP)), v128.load64_splat(EXP, 8));
}

/** 2^n for n from −1022 to 1023. */
@inline
function powerOfTwo(shifted: v128): v128 {
  return i64x2.add(i64x2.shl(shifted, 52), v128.load64_splat(EXP, 72));
}

/** e^r − 1 = r / (h(r²) − r / 2) with r = x − n ln 2. */
@inline
function reducedExpm1(x: v128, shifted: v128): v128 {
  const one = v128.load64_splat(EXP, 72);
  const n = f64x2.sub(shifted, v128.load64_splat(EXP, 8));
  const r = f64x2.sub(
    f64x2.sub(x, f64x2.mul(n, v128.load64_splat(EXP, 16))),
    f64x2.mul(n, v128.load64_splat(EXP, 24)),
  );
  const u = f64x2.mul(r, r);
  // (1 + h1 u) + u² ((h2 + h3 u) + h4 u²): a short chain, since the divisions behind it wait for each other.
  const uu = f64x2.mul(u, u);
  const lower = f64x2.add(f64x2.mul(u, v128.load64_splat(EXP, 56)), one);
  const upper = f64x2.add(f64x2.mul(u, v128.load64_splat(EXP, 40)), v128.load64_splat(EXP, 48));
  const h = f64x2.add(
    lower,
    f64x2.mul(uu, f64x2.add(upper, f64x2.mul(uu, v128.load64_splat(EXP, 32)))),
  );
  const half = f64x2.mul(r, v128.load64_splat(EXP, 64));
  return f64x2.div(r, f64x2.sub(h, half));
}

/** e^x of two doubles up to 709, within 3 ulp (measured: 2.9); 0 below −708, NaN stays NaN. */
@inline
export function expDoubles(x: v128): v128 {
  const shifted = shiftedExponent(x);
  const power = f64x2.add(v128.load64_splat(EXP, 72), reducedExpm1(x, shifted));
  const result = f64x2.mul(power, powerOfTwo(shifted));
  return v128.andnot(result, f64x2.lt(x, v128.load64_splat(EXP, 80)));
}

/** e^x − 1 = 2^n (e^r − 1) + (2^n − 1) of two doubles from −708 to 0; relative accuracy near 0, NaN stays NaN. */
@inline
export function expm1Doubles(x: v128): v128 {
  const shifted = shiftedExponent(x);
  const scale = powerOfTwo(shifted);
  return f64x2.add(
    f64x2.mul(reducedExpm1(x, shifted), scale),
    f64x2.sub(scale, v128.load64_splat(EXP, 72)),
  );
}

/**
 * ln x of a normal double or of a float, within 1 ulp (measured: 0.77):
 * x = 2^k (1 + f), s = f / (2 + f), ln(1 + f) = f − s (f − R).
 */
@inline
export function logDouble(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  const bits = reinterpret<u64>(x);
  // 0x3fe6a09e: the upper word of √½, so that √½ ≤ 1 + f < √2.
  const k = (<i32>(bits >> 32) - 0x3fe6a09e) >> 20;
  const f = reinterpret<f64>(bits - ((<u64>k) << 52)) - 1;
  const s = f / (2 + f);
  const z = s * s;
  // Minimax on z ≤ 0.02944: ln(1 + f) within 2^-59 before rounding.
  let R = z * 0.14795477047827013 + 0.15314098672475077;
  R = z * R + 0.18183562410442172;
  R = z * R + 0.22222198610702637;
  R = z * R + 0.285714287420161;
  R = z * R + 0.3999999999941637;
  R = z * R + 0.6666666666666734;
  R = z * R;
  return k * 0.6931471805598903 + (f - (s * (f - R) - k * 5.497923018708371e-14));
}
