import { batchnormKernels } from '../../core/kernels/batchnorm.js';
import type { LoadOptions } from '../../core/load.js';
import type { Tensor } from '../../core/tensor.js';
import { summarise } from '../../diagnostics/statistics.js';
import { BatchNorm1d } from '../../nn/batchnorm.js';
import { Generator } from '../../random/generator.js';
import type { NameList } from '../names.js';
import { Run } from '../run.js';
import { createNetwork, deepSettings, lectureSettings } from '../settings.js';

/** What one convention makes of a batch, column by column (unit by unit). */
export interface Convention {
  /** Whose it is. */
  name: 'lecture' | 'torch' | 'paper';
  /** Variance that normalises the batch while training: Σ (x − mean)² / 31 or / 32. */
  training: Float32Array;
  /** √(variance + eps), which the batch is divided by. */
  std: Float32Array;
  /** What goes into the running average. */
  kept: Float32Array;
  /** Variance that is used later, were the average that of this batch alone. */
  later: Float32Array;
  /** (x − mean) / std, row-major: gamma is 1 and beta 0. */
  outputs: Float32Array;
  /** std of all of them. */
  outputsStd: number;
}

/** The three conventions of batch norm on one minibatch of the first network's pre-activations. */
export interface Variances {
  /** Of the batch. */
  rows: number;
  columns: number;
  eps: number;
  mean: Float32Array;
  conventions: readonly [lecture: Convention, torch: Convention, paper: Convention];
  /** Of the first network and of the six-layer one: weight of the new value in the running statistics, and of what. */
  first: Pick<BatchNorm1d, 'momentum' | 'tracks'>;
  deep: Pick<BatchNorm1d, 'momentum' | 'tracks'>;
  /** The first network's running deviation after this batch, which was 1. */
  runningDeviation: Float32Array;
}

/**
 * The batch that the first step of the first network sees, normalised in three ways:
 *
 * - the lecture: unbiased variance while training, and kept;
 * - torch.nn.BatchNorm1d: biased while training, unbiased kept in running_var;
 * - Ioffe and Szegedy 2015: biased while training (algorithm 1), its average kept, times m / (m − 1) for inference
 *   (algorithm 2, step 10).
 */
export async function measureVariances(names: NameList, options: LoadOptions): Promise<Variances> {
  const run = await Run.prepare(names, { ...lectureSettings, steps: 1 }, options);
  try {
    await run.train();
    return measure(run);
  } finally {
    run.dispose();
  }
}

function measure({ core, model, dataset }: Run): Variances {
  const [x, norm] = [model.layers[2].out, model.layers[3]];
  if (x === undefined || !(norm instanceof BatchNorm1d))
    throw new Error('Lecture: expected a linear layer and batch norm');
  const { rows, columns } = x;
  const batch = core.tensor([rows, columns]).set(x.toArray());
  const lecture = apply(batch, 1);
  const torch = apply(batch, 0);
  const deep = createNetwork(core, new Generator(0), deepSettings, dataset.vocabulary.size);
  const deepNorm = deep.layers.find((layer) => layer instanceof BatchNorm1d) as BatchNorm1d;
  return {
    rows,
    columns,
    eps: new BatchNorm1d(columns).eps,
    mean: meanOf(batch),
    conventions: [
      { name: 'lecture', ...lecture, later: lecture.kept },
      { name: 'torch', ...torch, later: torch.kept },
      {
        ...torch,
        name: 'paper',
        kept: torch.training,
        later: torch.training.map((variance) => (variance * rows) / (rows - 1)),
      },
    ],
    first: { momentum: norm.momentum, tracks: norm.tracks },
    deep: { momentum: deepNorm.momentum, tracks: deepNorm.tracks },
    runningDeviation: norm.runningSpread.toArray(),
  };
}

/** A layer of its own, whose running variance after one batch is what it keeps of that batch: momentum 1. */
function apply(batch: Tensor, correction: 0 | 1): Omit<Convention, 'name' | 'later'> {
  const { core, rows, columns } = batch;
  const norm = new BatchNorm1d(columns, { correction, momentum: 1 });
  norm.reserve(core, rows);
  const out = norm.forward(batch);
  const [training, std, rstd] = Array.from({ length: 3 }, () => core.tensor([columns]));
  const mean = core.tensor([columns]);
  const kernels = core.use(batchnormKernels);
  kernels.batchNormStatistics(mean.pointer, training.pointer, batch.pointer, rows, columns, correction);
  kernels.batchNormDeviation(std.pointer, rstd.pointer, training.pointer, columns, norm.eps);
  return {
    training: training.toArray(),
    std: std.toArray(),
    kept: norm.runningSpread.toArray(),
    outputs: out.toArray(),
    outputsStd: summarise(out).std,
  };
}

function meanOf(batch: Tensor): Float32Array {
  const norm = new BatchNorm1d(batch.columns);
  norm.reserve(batch.core, batch.rows);
  return norm.measure(batch).mean.slice();
}
