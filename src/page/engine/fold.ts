import { BatchNorm1d, CrossEntropy, foldBatchNorm, type Indices, Linear, type Sequential } from 'lanewise';
import type { Run } from 'lanewise/makemore';
import { withCopy } from './copy.js';
import { deviations } from './norms.js';
import type { FoldedUnit, FoldReport } from './protocol.js';

/** Of the validation split. */
const EXAMPLES = 4096;

/** The network and the same without batch norm, on the same examples; running statistics. */
export function measureFold(run: Run): Promise<FoldReport> {
  return withCopy(run, (core, model) => {
    const folded = foldBatchNorm(core, model);
    model.eval('running');
    const { context } = run.settings;
    const { val } = run.dataset;
    const { capacity = 1, columns = 1 } = model.out ?? {};
    const examples = Math.min(EXAMPLES, val.count);
    const x = core.indices([capacity, context]);
    const y = core.indices([capacity]);
    const loss = new CrossEntropy();
    loss.reserve(core, capacity, columns);
    let [largest, scale, before, after] = [0, 0, 0, 0];
    for (let from = 0; from < examples; from += capacity) {
      const rows = Math.min(capacity, examples - from);
      x.resize(rows);
      y.resize(rows);
      x.set(val.x.subarray(from * context, (from + rows) * context));
      y.set(val.y.subarray(from, from + rows));
      const logits = model.forward(x);
      before += loss.forward(logits, y) * rows;
      const expected = logits.toArray();
      const got = folded.forward(x);
      after += loss.forward(got, y) * rows;
      got.toArray().forEach((value, i) => {
        largest = Math.max(largest, Math.abs(value - expected[i]));
        scale = Math.max(scale, Math.abs(expected[i]));
      });
    }
    const norms = model.layers.filter((layer) => layer instanceof BatchNorm1d).length;
    return {
      step: run.trainer.steps,
      examples,
      norms,
      left: folded.layers.filter((layer) => layer instanceof BatchNorm1d).length,
      parameters: [model, folded].map((each) =>
        each.parameters().reduce((sum, { value }) => sum + value.size, 0),
      ) as [number, number],
      largest,
      scale,
      losses: [before / examples, after / examples],
      example: exampleOf(model, folded),
    };
  });
}

function exampleOf(model: Sequential<Indices>, { layers }: Sequential<Indices>): FoldedUnit | undefined {
  const at = model.layers.findIndex(
    (layer, i) => layer instanceof Linear && model.layers[i + 1] instanceof BatchNorm1d,
  );
  const [linear, norm, folded] = [model.layers[at], model.layers[at + 1], layers[at]] as unknown[];
  if (!(linear instanceof Linear && norm instanceof BatchNorm1d && folded instanceof Linear))
    return undefined;
  const [gamma, beta] = [norm.gamma.value.toArray(), norm.beta.value.toArray()];
  const moved = gamma.map((value, j) => Math.abs(value - 1) + Math.abs(beta[j]));
  const unit = moved.indexOf(Math.max(...moved));
  return {
    unit,
    weight: linear.weight.value.toArray()[unit],
    bias: linear.bias?.value.toArray()[unit] ?? 0,
    gamma: gamma[unit],
    beta: beta[unit],
    mean: norm.runningMean.toArray()[unit],
    std: deviations(norm, norm.runningSpread.toArray())[unit],
    folded: {
      weight: folded.weight.value.toArray()[unit],
      bias: folded.bias?.value.toArray()[unit] ?? 0,
    },
  };
}
