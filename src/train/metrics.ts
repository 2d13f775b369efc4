/**
 * A number of a network's outputs on examples, such as `accuracy`: outputs (count, columns) and targets packed row-major,
 * as the loss takes them.
 */
export type Metric = (outputs: Float32Array, targets: Int32Array | Float32Array, columns: number) => number;

/**
 * The share of rows whose class is right, 0 … 1: the column of the largest output, by targets that are classes; of one
 * column of logits, whether it is above 0, by targets 0 and 1 (as `BCEWithLogitsLoss` takes them). NaN is never right.
 */
export const accuracy: Metric = (outputs, targets, columns) => {
  const count = outputs.length / columns;
  let right = 0;
  for (let i = 0; i < count; i++) {
    if (columns === 1) {
      const logit = outputs[i];
      if (targets[i] > 0.5 ? logit > 0 : logit <= 0) right++;
      continue;
    }
    let best = 0;
    for (let j = 1; j < columns; j++) if (outputs[i * columns + j] > outputs[i * columns + best]) best = j;
    if (best === targets[i] && !Number.isNaN(outputs[i * columns + best])) right++;
  }
  return right / count;
};

/** Mean |output − target| of all values. */
export const meanAbsoluteError: Metric = (outputs, targets) => {
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) sum += Math.abs(outputs[i] - targets[i]);
  return sum / outputs.length;
};

/** R² = 1 − Σ (output − target)² / Σ (target − mean)²: 1 for exact outputs, 0 for the mean of the targets; over all columns. */
export const rSquared: Metric = (outputs, targets, columns) => {
  const count = outputs.length / columns;
  let residual = 0;
  let total = 0;
  for (let j = 0; j < columns; j++) {
    let mean = 0;
    for (let i = 0; i < count; i++) mean += targets[i * columns + j] / count;
    for (let i = j; i < outputs.length; i += columns) {
      residual += (outputs[i] - targets[i]) ** 2;
      total += (targets[i] - mean) ** 2;
    }
  }
  return 1 - residual / total;
};
