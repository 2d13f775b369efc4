// The table of steps: one whole training step of the lecture's networks by every contender, in one interleaved run.
import { BATCH, linearLayers, stepFlops } from '../arithmetic.mjs';
import { ceilingOf, ceilingRows } from '../ceiling/ceiling.mjs';
import { measure } from '../measure.mjs';
import { expected, nets, networkError, task } from '../task.mjs';

/** Minibatches that are gone through again and again; the losses of the first few are held to the reference. */
const BATCHES = 1000;
const CHECKED = 20;
/** In a quick run, of both. */
const FEW = 4;

/** { ceiling, rows }: rows { net, contender, median, min, samples, flops, error }, in seconds of a step. */
export async function stepTable({ contenders, ceiling, pace, quick = false, onAbsent = () => {} }) {
  const shapes = await ceilingRows(ceiling);
  const entries = [];
  for (const net of nets) {
    const given = await task(net, quick ? FEW : BATCHES);
    const checked = { ...given, batches: given.batches.slice(0, quick ? FEW : CHECKED) };
    const exact = await expected(net, checked);
    const layers = linearLayers[net](given.params.map(({ shape }) => shape));
    const flops = stepFlops(BATCH, layers);
    for (const [file, contender] of Object.entries(contenders)) {
      try {
        const { losses: error } = await networkError(contender, net, checked, exact);
        const network = await contender.network(net, given.params);
        entries.push({ net, contender: file, flops, error, network, ...stepper(network, given.batches) });
      } catch (error) {
        onAbsent(file, error.message);
      }
    }
  }
  try {
    const timings = await measure([...shapes, ...entries], pace);
    const rows = entries.map(({ net, contender, flops, error, lastLoss }, i) => {
      if (!Number.isFinite(lastLoss()))
        throw new Error(`bench: ${contender} trained ${net} to a loss of ${lastLoss()} while it was timed`);
      return { net, contender, ...timings[shapes.length + i], flops, error };
    });
    return { ceiling: ceilingOf(shapes, timings), rows };
  } finally {
    for (const { network } of entries) await network.dispose?.();
  }
}

/** Goes on where the last call ended; a network with a clock of its own begins with the first batch each time. */
function stepper(network, batches) {
  let [at, loss] = [0, Number.NaN];
  if (network.run)
    return {
      async call(times) {
        const { losses, seconds } = await network.run(batches, times);
        loss = losses[losses.length - 1];
        return seconds;
      },
      lastLoss: () => loss,
    };
  return {
    call(times) {
      for (let i = 0; i < times; i++) {
        const { contexts, labels } = batches[at];
        loss = network.step(contexts, labels);
        at = at + 1 < batches.length ? at + 1 : 0;
      }
    },
    lastLoss: () => loss,
  };
}
