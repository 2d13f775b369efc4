import type { Parameter } from '../../nn/layer.js';
import type { Dataset } from '../dataset.js';
import type { NameList } from '../names.js';
import { Run } from '../run.js';
import { lectureSettings } from '../settings.js';

/** The entropy in nats of how often each token comes next: the least loss of a network that ignores its input. */
export function targetEntropy({ vocabulary, train }: Dataset): number {
  const counts = new Float64Array(vocabulary.size);
  for (const token of train.y) counts[token]++;
  return counts.reduce((sum, n) => (n === 0 ? sum : sum - (n / train.count) * Math.log(n / train.count)), 0);
}

export interface ZeroInitialisation {
  /** Largest |gradient| of each parameter, over all steps. */
  gradients: { name: string; largest: number }[];
  /** Loss over the training split at the end, and the least that it can come to. */
  loss: number;
  floor: number;
}

/**
 * Exercise 1 of the lecture: the first network (without batch norm, which would divide 0 by 0) with every parameter 0.
 * The hidden layer puts out 0, so that no gradient reaches W2; W2 is 0, so that none gets behind it. Only the last bias
 * moves, and the loss comes down to the entropy of the targets, no further.
 */
export async function zeroInitialisation(names: NameList, steps = 10_000): Promise<ZeroInitialisation> {
  const run = await Run.prepare(names, { ...lectureSettings, init: 'kaiming', steps });
  try {
    const named = parameterNames(run.model.parameters());
    for (const { value } of run.model.parameters()) value.fill(0);
    const largest = new Map(named.map(({ name }) => [name, 0]));
    await run.trainer.run(steps, {
      onStep(step) {
        if (step % 100 !== 0) return;
        for (const { name, parameter } of named)
          for (const g of parameter.grad.toArray())
            largest.set(name, Math.max(largest.get(name) as number, Math.abs(g)));
      },
    });
    return {
      gradients: [...largest].map(([name, value]) => ({ name, largest: value })),
      loss: await run.trainer.evaluate(run.dataset.train),
      floor: targetEntropy(run.dataset),
    };
  } finally {
    run.dispose();
  }
}

/** The notebook's names of the first network's parameters without batch norm. */
function parameterNames(parameters: readonly Parameter[]): { name: string; parameter: Parameter }[] {
  return ['C', 'W1', 'b1', 'W2', 'b2'].map((name, i) => ({ name, parameter: parameters[i] }));
}
