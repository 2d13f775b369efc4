/** erfc z for z ≥ 0 in double, by other means than the kernels': a series, and beyond 2.5 a continued fraction. */
export function erfc(z: number): number {
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let n = 1; n < 100; n++) {
      term *= -(z * z) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 200; n >= 1; n--) fraction = n / 2 / (z + fraction);
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + fraction));
}

/** The distribution function of the normal distribution, with all its digits in the lower tail. */
export const distribution = (x: number): number => {
  const tail = erfc(Math.abs(x) / Math.SQRT2) / 2;
  return x >= 0 ? 1 - tail : tail;
};

export const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
