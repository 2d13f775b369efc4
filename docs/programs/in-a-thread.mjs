// A training described as data, in a thread of its own; the same file runs in Node and in a page.
import { load } from 'lanewise';
import { loadStateDict } from 'lanewise/checkpoint';
import { sequentialOf, train } from 'lanewise/worker';

const layers = [['Linear', 2, 8], ['Tanh'], ['Linear', 8, 1]];
const [x, y] = [[[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]];
const loss = ['BCEWithLogitsLoss'];
const optimizer = ['Adam', { lr: 0.05 }];
const { parameters } = await train(
  { layers, seed: 1, loss, optimizer, x, y, steps: 500 },
  { onStep: (step, loss) => step % 100 === 0 && console.log(step, loss.toFixed(5)) },
);

const model = sequentialOf(layers).to(await load());
loadStateDict(model, parameters);
console.log(model.predict(x));
