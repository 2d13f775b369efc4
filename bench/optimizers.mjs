// npm run bench:optimizers -- [--quick] [--limit 1.25] [--json FILE]
// What each optimizer adds to a training step of the lecture's networks (`trainer.step()`: minibatch, forward, loss,
// backward, update), over plain SGD, in one interleaved run. Exit code 1 where Adam's step is more than `--limit` times SGD's.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Adam, AdamW, CrossEntropyLoss, Generator, load, RMSprop, SGD, Trainer } from '../dist/index.js';
import { builtInNames, createDeep, createMlp, makeDataset } from '../dist/makemore.js';
import { machine } from './machine.mjs';
import { measure, paces } from './measure.mjs';
import { header } from './print.mjs';
import { number, seconds, textTable } from './table.mjs';

const SCHEMA = 1;
const NETS = { 'first network': createMlp, 'six layers': createDeep };
// Rates so small that no network leaves the numbers of its beginning, however long it is timed.
const lr = 1e-5;
const OPTIMIZERS = {
  SGD: (parameters) => new SGD(parameters, { lr }),
  'SGD, momentum': (parameters) => new SGD(parameters, { lr, momentum: 0.9 }),
  RMSprop: (parameters) => new RMSprop(parameters, { lr }),
  Adam: (parameters) => new Adam(parameters, { lr }),
  'Adam, amsgrad': (parameters) => new Adam(parameters, { lr, amsgrad: true }),
  AdamW: (parameters) => new AdamW(parameters, { lr }),
};

const { quick, limit, json } = options();
const { train, vocabulary } = makeDataset(await builtInNames());
const entries = [];
for (const [net, create] of Object.entries(NETS))
  for (const [optimizer, make] of Object.entries(OPTIMIZERS)) {
    const core = await load();
    const model = create(core, new Generator(1), { vocabularySize: vocabulary.size });
    const trainer = new Trainer({
      ...{ model, loss: new CrossEntropyLoss(), examples: train, batchSize: 32, generator: new Generator(2) },
      optimizer: make(model.parameters()),
    });
    entries.push({
      ...{ net, optimizer, core, trainer },
      call(times) {
        for (let i = 0; i < times; i++) trainer.step();
      },
    });
  }
const timings = await measure(entries, paces[quick ? 'quick' : 'full'].steps);
const rows = entries.map(({ net, optimizer, trainer }, i) => {
  const plain = timings[entries.findIndex((one) => one.net === net && one.optimizer === 'SGD')];
  const ratio = timings[i].median / plain.median;
  return { net, optimizer, ...timings[i], ratio, lastLoss: trainer.lastLoss };
});
for (const { core } of entries) core.dispose();

const result = { schema: SCHEMA, date: new Date().toISOString(), quick, machine: machine(), rows };
console.log(`${header(result)}\n`);
for (const net of Object.keys(NETS)) {
  const own = rows.filter((row) => row.net === net);
  const lines = textTable(
    [net, 'step', 'best', 'over SGD', 'samples'],
    own.map(({ optimizer, median, min, ratio, samples }) => [
      optimizer,
      seconds(median),
      seconds(min),
      number(ratio),
      `${samples}`,
    ]),
  );
  console.log(`${lines.join('\n')}\n`);
}
if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
const slow = rows.filter(({ optimizer, ratio }) => optimizer === 'Adam' && ratio > limit);
for (const { net, ratio } of slow)
  console.error(`bench:optimizers: expected Adam at most ${limit} times SGD, got ${number(ratio)} (${net})`);
process.exit(slow.length > 0 ? 1 : 0);

function options() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        limit: { type: 'string', default: 'Infinity' },
        json: { type: 'string' },
      },
    });
    const limit = Number(values.limit);
    if (!(limit > 0)) throw new Error(`expected --limit to be a number above 0, got '${values.limit}'`);
    return { ...values, limit };
  } catch (error) {
    console.error(`bench:optimizers: ${error.message}`);
    return process.exit(2);
  }
}
