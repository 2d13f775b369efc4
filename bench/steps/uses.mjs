// What one does with a trained network: the loss over a whole split, and names drawn from it.
import { evaluate, Generator } from '../../dist/index.js';
import { builtInNames, lectureSettings, Run, Sampler } from '../../dist/makemore.js';
import { away } from '../error.mjs';
import { measure } from '../measure.mjs';
import { evaluateExactly, sampleExactly } from './exact.mjs';

const TRAINED = 1000;
const NAMES = 1000;
/** In a quick run: names that are trained on, steps, and names that are drawn. */
const FEW = { names: 200, steps: 50, drawn: 50 };
const SEED = 2147483647;
const EVALUATION = 'evaluation of the training split';
const samplingOf = (count) => `sampling of ${count.toLocaleString('en')} names`;

/**
 * Rows { use, contender, median, min, samples, error } of evaluating all the examples to train on (error: relative
 * difference of the loss from float64) and of drawing 1,000 names (error: share of the names that float64 draws
 * otherwise). `backends`: what `load` takes, by contender. With `byHand` the float64 reference is what one would write by hand, every
 * window in a loop over typed arrays, and has its rows too; their error is 0 by definition.
 */
export async function useTable({ backends, byHand, pace, quick = false }) {
  const all = await builtInNames();
  const names = quick ? { ...all, names: all.names.slice(0, FEW.names) } : all;
  const steps = quick ? FEW.steps : TRAINED;
  const drawn = quick ? FEW.drawn : NAMES;
  const entries = [];
  const runs = [];
  try {
    for (const [contender, options] of Object.entries(backends)) {
      const run = await Run.prepare(names, { ...lectureSettings, steps }, options);
      runs.push(run);
      await run.train();
      entries.push(evaluation(contender, run), sampling(contender, run, drawn));
    }
    if (byHand && runs.length > 0) entries.push(...inPlainJavaScript(runs[0], drawn));
    entries.sort((a, b) => a.use.localeCompare(b.use));
    const timings = await measure(entries, pace);
    return entries.map(({ use, contender, error }, i) => ({ use, contender, ...timings[i], error: error() }));
  } finally {
    for (const run of runs) run.dispose();
  }
}

function evaluation(contender, { trainer, dataset, model }) {
  let loss = Number.NaN;
  return {
    use: EVALUATION,
    contender,
    // Its own clock: it gives time back to the event loop, and what others do then is not its work.
    async call(times) {
      const start = performance.now();
      for (let i = 0; i < times; i++) loss = await evaluate(trainer, dataset.train);
      return (performance.now() - start) / 1e3;
    },
    error() {
      const exact = evaluateExactly(model, dataset.train);
      return away(loss, exact) / exact;
    },
  };
}

function sampling(contender, { core, model, dataset: { vocabulary, contextLength } }, count) {
  const generator = new Generator(SEED);
  const start = new Generator().copyFrom(generator);
  const sampler = new Sampler({ core, model, vocabulary, contextLength, generator });
  let drawn = [];
  return {
    use: samplingOf(count),
    contender,
    call(times) {
      for (let i = 0; i < times; i++) {
        generator.copyFrom(start);
        drawn = sampler.names(count);
      }
    },
    error() {
      const exact = sampleExactly(model, vocabulary, new Generator(SEED), count);
      return exact.filter((name, i) => name !== drawn[i]).length / count;
    },
  };
}

function inPlainJavaScript({ model, dataset: { train, vocabulary } }, count) {
  const repeated = (compute) => (times) => {
    for (let i = 0; i < times; i++) compute();
  };
  return [
    { use: EVALUATION, call: repeated(() => evaluateExactly(model, train)) },
    {
      use: samplingOf(count),
      call: repeated(() => sampleExactly(model, vocabulary, new Generator(SEED), count)),
    },
  ].map((row) => ({ ...row, contender: 'idiomatic-js', error: () => 0 }));
}
