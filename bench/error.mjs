/** Largest difference over the largest value; Infinity for other lengths or NaN. */
export function relative(got, exact) {
  if (got.length !== exact.length) return Infinity;
  let [difference, largest] = [0, 0];
  for (let i = 0; i < exact.length; i++) {
    difference = Math.max(difference, away(got[i], exact[i]));
    largest = Math.max(largest, Math.abs(exact[i]));
  }
  return difference / largest;
}

/** How far apart two numbers are; Infinity where one is NaN. */
export function away(got, exact) {
  const difference = Math.abs(got - exact);
  return Number.isNaN(difference) ? Infinity : difference;
}
