/** What solves each exercise of part 3, and what does not, with what the check then says. */
export interface Solution {
  /** The number of the exercise. */
  exercise: number;
  source: string;
  wrong: [source: string, differs: RegExp][];
}

/** Of exercise 4, with another line for each value. */
const normalising = (line: string) => `function normalise(x, examples, units, eps) {
  const columns = Array.from({ length: units }, (_, j) => x.filter((_, i) => i % units === j));
  return x.map((v, i) => {
    const column = columns[i % units];
    ${line}
  });
}`;

/** Of exercise 6, with another line for each value. */
const backward = (line: string) => `function backwardOfColumn(dy, xhat, rstd) {
  const n = dy.length;
  const sum = dy.reduce((a, b) => a + b, 0);
  const along = dy.reduce((all, d, i) => all + d * xhat[i], 0);
  return dy.map((d, i) => ${line});
}`;

const ratio = (value: string) => `function updateToData(lr, gradient, values) { return ${value}; }`;

/** Of exercise 8, with another result. */
const folding = (
  scale: string,
  bias: string,
) => `function fold(weights, bias, { gamma, beta, mean, variance, eps }) {
  const scale = ${scale};
  return { weights: weights.map((w) => scale * w), bias: ${bias} };
}`;
const SCALE = 'gamma / Math.sqrt(variance + eps)';

export const solutions: Solution[] = [
  {
    exercise: 1,
    source: 'const w2Factor = 0.01;\nconst b2Factor = 0;',
    wrong: [
      ['const w2Factor = 0;\nconst b2Factor = 0;', /with W2 all zeros no gradient gets behind it/],
      // The bias is forgotten.
      [
        'const w2Factor = 0.01;\nconst b2Factor = 1;',
        /^expected a first loss of 3\.296, give or take 0\.05, got [34]\.\d{3}$/,
      ],
      ['const w2Factor = 0.1;\nconst b2Factor = 0;', /give or take 0\.05, got 4\.\d{3}$/],
      ['const w2Factor = NaN;\nconst b2Factor = 0;', /expected a number, got NaN|got NaN$/],
    ],
  },
  {
    exercise: 2,
    source: `function countDead(h, examples, units, threshold) {
      let dead = 0;
      for (let j = 0; j < units; j++) {
        let alive = false;
        for (let i = 0; i < examples; i++) alive ||= Math.abs(h[i * units + j]) <= threshold;
        if (!alive) dead++;
      }
      return dead;
    }`,
    wrong: [
      // One side only.
      [
        `function countDead(h, examples, units, threshold) {
          return Array.from({ length: units }, (_, j) => j).filter((j) => h.every((v, i) => i % units !== j || v > threshold)).length;
        }`,
        /^expected 1 dead of \[1, 0\.5\], \[-1, 0\.2\], \[1, 0\.9\], got 0$/,
      ],
      // Saturated in some example, not in all.
      [
        `function countDead(h, examples, units, threshold) {
          return Array.from({ length: units }, (_, j) => j).filter((j) => h.some((v, i) => i % units === j && Math.abs(v) > threshold)).length;
        }`,
        /^expected 0 dead of \[1, 0\.5\], \[0\.3, -1\], got 2$/,
      ],
      // Rows for columns.
      [
        `function countDead(h, examples, units, threshold) {
          return Array.from({ length: units }, (_, j) => j).filter((j) => h.every((v, i) => Math.floor(i / examples) !== j || Math.abs(v) > threshold)).length;
        }`,
        /^expected 1 dead of .*, got 0$/,
      ],
      ['function countDead(h) { return h.rows.length; }', /^it threw TypeError: /],
    ],
  },
  {
    exercise: 3,
    source: 'const gain = 5 / 3;',
    wrong: [
      [
        'const gain = 1.2;',
        /^with a gain of 1\.2: expected a std from 0\.6 to 0\.7 in the fifth layer, got 0\.4/,
      ],
      ['const gain = 3;', /got 0\.8/],
    ],
  },
  {
    exercise: 4,
    source: normalising('return (v - mean(column)) / Math.sqrt(std(column) ** 2 + eps);'),
    wrong: [
      // The variance of a population.
      [
        normalising(
          'const n = column.length; return (v - mean(column)) / Math.sqrt((std(column) ** 2 * (n - 1)) / n + eps);',
        ),
        /^example 0, unit 0: expected -1\.2098, got -1\.2740/,
      ],
      [
        normalising('return (v - mean(column)) / std(column);'),
        /^example 0, unit 0: expected -1\.\d{4}, got -1\.3/,
      ],
      [normalising('return (v - mean(column)) / (std(column) + eps);'), /^example 0, unit 0: expected /],
      // One mean and one deviation for all.
      [
        'function normalise(x, examples, units, eps) { return x.map((v) => (v - mean(x)) / Math.sqrt(std(x) ** 2 + eps)); }',
        /^example 0, unit 0: expected /,
      ],
      ['function normalise(x) { return x.slice(1); }', /^expected 32 numbers, got 31$/],
      ['function normalise() {}', /^expected 32 numbers, got undefined$/],
    ],
  },
  {
    exercise: 5,
    source:
      'function updateRunning(old, ofBatch, momentum) { return (1 - momentum) * old + momentum * ofBatch; }',
    wrong: [
      [
        'function updateRunning(old, ofBatch, momentum) { return momentum * old + (1 - momentum) * ofBatch; }',
        /^with momentum 0\.1, after a batch of mean 2: expected 0\.2000, got 1\.8$/,
      ],
      // Nothing of the old is given up.
      [
        'function updateRunning(old, ofBatch, momentum) { return old + momentum * ofBatch; }',
        /after a batch of mean -1: expected 0\.0800, got 0\.1$/,
      ],
      ['function updateRunning() {}', /expected 0\.2000, got undefined$/],
    ],
  },
  {
    exercise: 6,
    source: backward('rstd * (d - sum / n - (xhat[i] * along) / (n - 1))'),
    wrong: [
      // The variance left out, then the mean.
      [backward('rstd * (d - sum / n)'), /^example 0, unit 0: expected -0\.\d{4}, got /],
      [backward('rstd * (d - (xhat[i] * along) / (n - 1))'), /^example 0, unit 0: expected /],
      // n for n − 1.
      [backward('rstd * (d - sum / n - (xhat[i] * along) / n)'), /^example 0, unit 0: expected /],
      [backward('d - sum / n - (xhat[i] * along) / (n - 1)'), /^example 0, unit 0: expected /],
    ],
  },
  {
    exercise: 7,
    source: ratio('Math.log10((lr * std(gradient)) / std(values))'),
    wrong: [
      // Without the learning rate; the other way round; the natural logarithm; no logarithm.
      [ratio('Math.log10(std(gradient) / std(values))'), /^0\.weight: expected -?\d+\.\d{3}, got -?\d/],
      [ratio('Math.log10(std(values) / (lr * std(gradient)))'), /^0\.weight: expected -3\.\d{3}, got 3\./],
      [ratio('Math.log((lr * std(gradient)) / std(values))'), /^0\.weight: expected -3\.\d{3}, got -8\./],
      [ratio('(lr * std(gradient)) / std(values)'), /^0\.weight: expected -3\.\d{3}, got 0\.000/],
    ],
  },
  {
    exercise: 8,
    source: folding(SCALE, 'scale * (bias - mean) + beta'),
    wrong: [
      // The mean is not scaled; eps, then beta is forgotten.
      [folding(SCALE, 'scale * bias - mean + beta'), /^for x = \[0,0,0\]: expected 0\.0992, got /],
      [
        folding('gamma / Math.sqrt(variance)', 'scale * (bias - mean) + beta'),
        /^for x = \[0,0,0\]: expected 0\.0992, got 0\.1000$/,
      ],
      [folding(SCALE, 'scale * (bias - mean)'), /^for x = \[0,0,0\]: expected 0\.0992, got 0\.3492$/],
      ['function fold() { return 1; }', /^expected \{ weights, bias \}, got something else$/],
    ],
  },
];
