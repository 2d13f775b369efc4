// A layer of one's own, the FlattenConsecutive of makemore, part 5, and the network that it makes: eight letters are put
// together two by two.
import {
  BatchNorm1d, CrossEntropyLoss, Embedding, evaluate, Generator, Linear, load, Sequential, SGD, Tanh, Trainer,
} from 'lanewise';
import { builtInNames, makeDataset, Sampler } from 'lanewise/makemore';

/** (n, t, d) or (n·t, d) → (n·t / size, size·d): neighbours become one row. A layer is these three methods. */
class FlattenConsecutive {
  constructor(size) {
    this.size = size;
  }

  forward(x) {
    this.x = x;
    this.out = inRows(this.out, x, this.size * x.shape.at(-1));
    return this.out;
  }

  backward(dy) {
    this.dx = inRows(this.dx, dy, this.x.columns);
    return this.dx;
  }

  parameters() {
    return [];
  }
}

/** The elements of one tensor as rows of so many, in another, which is made anew only where it is too small. */
function inRows(to, from, columns) {
  const rows = from.size / columns;
  if (to?.columns !== columns || to.capacity < rows) {
    to?.dispose();
    to = from.core.tensor([rows, columns]);
  }
  to.resize(rows);
  return to.set(from.toArray());
}

const [contextLength, dim, hidden] = [8, 10, 68];
const data = makeDataset(await builtInNames(), { contextLength });
const { size } = data.vocabulary;
const block = (inputs) => [
  new FlattenConsecutive(2),
  new Linear(2 * inputs, hidden, { bias: false, gain: 5 / 3 }),
  new BatchNorm1d(hidden),
  new Tanh(),
];
const core = await load();
const layers = [
  new Embedding(size, dim),
  ...block(dim), // (n, 8, dim) → (4n, hidden)
  ...block(hidden), // → (2n, hidden)
  ...block(hidden), // → (n, hidden)
  new Linear(hidden, size, { gain: 0.1 }),
];
const model = new Sequential(layers).to(core, { seed: 1 });
const optimizer = new SGD(model.parameters(), { lr: 0.1 });
const loss = new CrossEntropyLoss();
const trainer = new Trainer({ model, loss, optimizer, examples: data.train, generator: new Generator(2) });
await trainer.run(2000);
const measured = await evaluate(trainer, data.val);
console.log(`validation loss ${measured.toFixed(3)}, by chance ${Math.log(size).toFixed(3)}`);
const sampler = new Sampler({ core, model, ...data, generator: new Generator(3) });
console.log(sampler.names(5).join(' '));
