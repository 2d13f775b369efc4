import type { ComparedResult, ExperimentsData } from '../../src/charts/index.js';

/** A finished run of five tanh layers that learned, healthy unless overridden. */
export const compared = (changed: Partial<ComparedResult> = {}): ComparedResult => ({
  steps: 100,
  parameters: 47024,
  fingerprint: 'cd'.repeat(32),
  initialLoss: 3.3,
  finalLoss: 2.5,
  curve: Array.from({ length: 50 }, (_, i) => [2 * i + 0.5, 2.4 + Math.exp(-i / 10)]),
  losses: { train: 2.4, val: 2.5, test: 2.51 },
  layers: [1, 2, 3, 4, 5].map(() => ({ std: 0.6, saturated: 2, gradientStd: 0.002 })),
  ...changed,
});

export const broken = (step: number): ComparedResult => {
  const { losses: _, ...rest } = compared();
  return {
    ...rest,
    steps: step,
    finalLoss: null,
    curve: rest.curve.filter(([at]) => at < step),
    layers: [],
    diverged: { step, loss: 'NaN', likely: 'the learning rate 9 is too high' },
  };
};

/** Every kind of run: healthy, diverged, not finished; of many layers and of one. */
export const experiments = (): ExperimentsData => ({
  title: 'Experiments',
  summary: 'Side by side.',
  names: { source: 'names.txt', count: 10, sha256: 'ab'.repeat(32) },
  vocabularySize: 27,
  lastMinibatches: 100,
  settings: [['seed', '7']],
  versions: [['lanewise', '0.1.0']],
  sets: [
    {
      name: 'deep',
      title: 'Deep',
      about: 'What is varied.',
      settings: [['hidden units', '100']],
      runs: [{ label: 'low', result: compared() }, { label: 'high', result: broken(40) }, { label: 'late' }],
    },
    {
      name: 'flat',
      title: 'Flat',
      about: 'One layer.',
      settings: [],
      runs: ['a', 'b'].map((label) => ({
        label,
        result: compared({ layers: [{ std: 0.6, saturated: 3, gradientStd: 0.002 }] }),
      })),
    },
  ],
});
