/** What solves each exercise of part 3, and what does not, with what the check then says. */
export interface Solution {
  /** The number of the exercise. */
  exercise: number;
  source: string;
  wrong: [source: string, differs: RegExp][];
}

export const solutions: Solution[] = [
  {
    exercise: 1,
    source: 'const w2Factor = 0.01;\nconst b2Factor = 0;',
    wrong: [
      ['const w2Factor = 0;\nconst b2Factor = 0;', /with W2 all zeros no gradient gets behind it/],
      [
        'const w2Factor = 0.1;\nconst b2Factor = 1;',
        /^expected a first loss of 3\.296, give or take 0\.05, got \d/,
      ],
      ['const w2Factor = NaN;\nconst b2Factor = 0;', /got NaN$/],
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
      [
        'function countDead(h, examples) { return 1; }',
        /^expected 0 dead of \[1, 0\.5\], \[0\.3, -1\], got 1$/,
      ],
      ['function countDead(h) { return h.rows.length; }', /^it threw TypeError: /],
    ],
  },
  {
    exercise: 3,
    source:
      'function updateRunning(old, ofBatch, momentum) { return (1 - momentum) * old + momentum * ofBatch; }',
    wrong: [
      [
        'function updateRunning(old, ofBatch, momentum) { return momentum * old + (1 - momentum) * ofBatch; }',
        /^with momentum 0\.1, after a batch of mean 2: expected 0\.2000, got 1\.8$/,
      ],
      ['function updateRunning() {}', /expected 0\.2000, got undefined$/],
    ],
  },
  {
    exercise: 4,
    source:
      'function updateToData(lr, gradient, values) { return Math.log10((lr * std(gradient)) / std(values)); }',
    wrong: [
      [
        'function updateToData(lr, gradient, values) { return Math.log10(std(gradient) / std(values)); }',
        /^0\.weight: expected -?\d+\.\d{3}, got -?\d/,
      ],
    ],
  },
  {
    exercise: 5,
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
    exercise: 6,
    source: `function normalise(x, examples, units, eps) {
      const columns = Array.from({ length: units }, (_, j) => x.filter((_, i) => i % units === j));
      return x.map((v, i) => {
        const column = columns[i % units];
        return (v - mean(column)) / Math.sqrt(std(column) ** 2 + eps);
      });
    }`,
    wrong: [
      // The variance of a population.
      [
        `function normalise(x, examples, units, eps) {
          const columns = Array.from({ length: units }, (_, j) => x.filter((_, i) => i % units === j));
          const n = examples;
          return x.map((v, i) => (v - mean(columns[i % units])) / Math.sqrt((std(columns[i % units]) ** 2 * (n - 1)) / n + eps));
        }`,
        /^example 0, unit 0: expected -1\.3645, got -1\.4/,
      ],
      ['function normalise(x) { return x.slice(1); }', /^expected 32 numbers, got 31$/],
    ],
  },
  {
    exercise: 7,
    source: `function backwardOfColumn(dy, xhat, rstd) {
      const n = dy.length;
      const sum = dy.reduce((a, b) => a + b, 0);
      const along = dy.reduce((all, d, i) => all + d * xhat[i], 0);
      return dy.map((d, i) => rstd * (d - sum / n - (xhat[i] * along) / (n - 1)));
    }`,
    wrong: [
      // The variance left out.
      [
        'function backwardOfColumn(dy, xhat, rstd) { const m = mean(dy); return dy.map((d) => rstd * (d - m)); }',
        /^example 0, unit 0: expected -0\.3410, got /,
      ],
    ],
  },
  {
    exercise: 8,
    source: `function fold(weights, bias, { gamma, beta, mean, variance, eps }) {
      const scale = gamma / Math.sqrt(variance + eps);
      return { weights: weights.map((w) => scale * w), bias: scale * (bias - mean) + beta };
    }`,
    wrong: [
      // The mean is not scaled.
      [
        `function fold(weights, bias, { gamma, beta, mean, variance, eps }) {
          const scale = gamma / Math.sqrt(variance + eps);
          return { weights: weights.map((w) => scale * w), bias: scale * bias - mean + beta };
        }`,
        /^for x = \[0,0,0\]: expected 0\.0992, got /,
      ],
      ['function fold() { return 1; }', /^expected \{ weights, bias \}, got something else$/],
    ],
  },
];
