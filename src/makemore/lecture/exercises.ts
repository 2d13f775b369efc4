import type { Signal } from '../../train/abort.js';
import { evaluate } from '../../train/evaluation.js';
import type { Dataset } from '../dataset.js';
import type { NameList } from '../names.js';
import { type OnProgress, Run } from '../run.js';
import { deepSettings, lectureSettings, type RunSettings } from '../settings.js';

/** The notebook's names of the first network's parameters without batch norm. */
const notebookNames = ['C', 'W1', 'b1', 'W2', 'b2'];
/** Steps at which the gradients are looked at. */
const LOOKS = 100;

/** The entropy in nats of how often each token comes next: the least loss of a network that ignores its input. */
export function targetEntropy({ vocabulary, train }: Dataset): number {
  const counts = new Float64Array(vocabulary.size);
  for (const token of train.y) counts[token]++;
  return counts.reduce((sum, n) => (n === 0 ? sum : sum - (n / train.count) * Math.log(n / train.count)), 0);
}

/** Of the training from zeros. */
export interface ZeroOptions {
  /** The first network (default), or the six layers. */
  net?: RunSettings['net'];
  /** Default 10,000. */
  steps?: number;
  signal?: Signal | undefined;
  onProgress?: OnProgress | undefined;
}

/** What came of a training from zeros. */
export interface ZeroInitialisation {
  /** Largest |gradient| of each parameter and the largest L2 norm of its gradient, over a hundred of the steps. */
  gradients: { name: string; largest: number; norm: number }[];
  /** Loss over the training split at the end, and the least that it can come to. */
  loss: number;
  floor: number;
}

/**
 * Exercise 1 of the lecture: the first network (without batch norm, which would divide 0 by 0) with every parameter 0.
 * The hidden layer puts out 0, so that no gradient reaches W2; W2 is 0, so that none gets behind it. Only the last bias
 * moves, and the loss comes down to the entropy of the targets, no further. In the six layers, whose batch norm has an
 * eps to divide by, it is the last beta.
 *
 * Errors: as `Run.prepare`; rejects with the signal's reason where that ends it.
 */
export async function zeroInitialisation(
  names: NameList,
  { net = 'mlp', steps = 10_000, signal, onProgress }: ZeroOptions = {},
): Promise<ZeroInitialisation> {
  const settings = net === 'mlp' ? ({ ...lectureSettings, init: 'kaiming' } as const) : deepSettings;
  const run = await Run.prepare(names, { ...settings, steps });
  try {
    const parameters = run.model.namedParameters();
    for (const [, { value }] of parameters) value.fill(0);
    const gradients = parameters.map(([name], i) => ({
      name: net === 'mlp' ? notebookNames[i] : name,
      largest: 0,
      norm: 0,
    }));
    const every = Math.max(1, Math.floor(steps / LOOKS));
    await run.trainer.run(steps, {
      signal,
      onStep(step) {
        if (step % every !== 0) return;
        onProgress?.('the network of zeros', step, steps);
        parameters.forEach(([, { grad }], i) => {
          let squares = 0;
          for (const g of grad.toArray()) {
            squares += g * g;
            gradients[i].largest = Math.max(gradients[i].largest, Math.abs(g));
          }
          gradients[i].norm = Math.max(gradients[i].norm, Math.sqrt(squares));
        });
      },
    });
    signal?.throwIfAborted();
    const loss = await evaluate(run.trainer, run.dataset.train, {
      signal,
      onProgress: (...how) => onProgress?.('evaluating train', ...how),
    });
    return {
      gradients,
      loss,
      floor: targetEntropy(run.dataset),
    };
  } finally {
    run.dispose();
  }
}
