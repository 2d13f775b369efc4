import { Generator, load, type Tensor } from 'lanewise';
import { loadNetwork, makeDataset, type NameList, readRun } from 'lanewise/makemore';

/** Of the choice of examples; any would do. */
const SEED = 1;

/**
 * The loss of each of `count` examples, drawn at random from the training split, in nats, by the network of a checkpoint
 * with its running statistics: −log p of the right next character.
 */
export async function exampleLosses(
  checkpoint: Uint8Array,
  names: NameList,
  count: number,
): Promise<Float32Array> {
  const saved = readRun(checkpoint);
  const { contextLength, train } = makeDataset(names, { contextLength: saved.settings.context });
  const core = await load();
  try {
    const model = loadNetwork(core, saved);
    model.eval('running');
    const capacity = (model.out as Tensor).capacity;
    const context = core.indices([capacity, contextLength]);
    const picks = new Generator(SEED).randint(0, train.count, count);
    const losses = new Float32Array(count);
    for (let start = 0; start < count; start += capacity) {
      const rows = Int32Array.from(picks.slice(start, start + capacity));
      context.resize(rows.length);
      context.gather(train.x, 0, rows);
      const logits = model.forward(context);
      const { data, stride, columns } = logits;
      rows.forEach((row, i) => {
        losses[start + i] = lossOf(data.subarray(i * stride, i * stride + columns), train.y[row]);
      });
    }
    return losses;
  } finally {
    core.dispose();
  }
}

function lossOf(logits: Float32Array, target: number): number {
  const highest = logits.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const sum = logits.reduce((total, each) => total + Math.exp(each - highest), 0);
  return highest + Math.log(sum) - logits[target];
}
