/** Logits, what softmax makes of them, and what they lose. */

export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const highest = Math.max(...values);
  const exps = values.map((logit) => Math.exp(logit - highest));
  const sum = exps.reduce((total, each) => total + each, 0);
  return exps.map((each) => each / sum);
}

/** −log p of each class, without loss of digits where p is tiny: log Σ exp(logit) − logit. */
export function lossesOf(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const highest = Math.max(...values);
  const total = highest + Math.log(values.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  return values.map((logit) => total - logit);
}

/**
 * The mean loss of logits that are `scale` times normal numbers where every class is the right one equally often, over
 * all the rows of `classes` that `normals` has.
 */
export function expectedLoss(normals: Float32Array, classes: number, scale: number): number {
  const rows = Math.floor(normals.length / classes);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const losses = lossesOf(
      normals.subarray(row * classes, (row + 1) * classes).map((normal) => scale * normal),
    );
    sum += losses.reduce((total, loss) => total + loss, 0) / classes;
  }
  return sum / rows;
}
