// The normal distribution in double, by other means than the kernels'.

/** φ(x) = e^(−x²/2) / √(2π). */
export const density = (x: number): number => Math.exp((x * x) / -2) / Math.sqrt(2 * Math.PI);

/** Φ(−a) for a ≥ 0: by a series of positive terms, and beyond 3 by a continued fraction, so that the tail has its digits. */
function tail(a: number): number {
  if (a < 3) {
    // a + a³ / 3 + a⁵ / 15 + …
    let term = a;
    let sum = a;
    for (let n = 3; term > sum * 1e-17; n += 2) {
      term *= (a * a) / n;
      sum += term;
    }
    return 0.5 - density(a) * sum;
  }
  let fraction = 0;
  for (let n = Math.ceil(16 + 800 / (a * a)); n >= 1; n--) fraction = n / (a + fraction);
  return density(a) / (a + fraction);
}

/** Φ(x). */
export const distribution = (x: number): number => (x < 0 ? tail(-x) : 1 - tail(x));
