/** Examples as a user has them: three numbers, of two classes, or with two values to learn. */
export const COUNT = 41;
export const rows = Array.from({ length: COUNT }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 20 - 1]);
export const classes = rows.map(([a, b]) => (a > b ? 1 : 0));
export const values = rows.map(([a, b, c]) => [a * b, c]);
