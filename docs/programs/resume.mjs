// Half of a training, saved and taken up again by another process, ends with the bits of a whole one.
import { Adam, CrossEntropyLoss, Generator, Linear, load, Sequential, Tanh, Trainer } from 'lanewise';
import { loadCheckpoint, saveCheckpoint } from 'lanewise/checkpoint';
import { fingerprint } from 'lanewise/diagnostics';

const generator = new Generator(1);
const x = Array.from({ length: 100 }, () => [...generator.randn(2)]);
const y = x.map(([u, v]) => (u * v > 0 ? 1 : 0));

async function prepare() {
  const model = new Sequential([new Linear(2, 16), new Tanh(), new Linear(16, 2)]).to(await load(), {
    seed: 1,
  });
  const optimizer = new Adam(model.parameters(), { lr: 0.01 });
  return { model, trainer: new Trainer({ model, loss: new CrossEntropyLoss(), optimizer, x, y, seed: 1 }) };
}

const whole = await prepare();
await whole.trainer.run(1000);

const half = await prepare();
await half.trainer.run(500);
const bytes = saveCheckpoint(half); // to a file, or a Blob

const resumed = await prepare();
loadCheckpoint(bytes, resumed);
await resumed.trainer.run(1000);
console.log(fingerprint(whole.model.parameters()));
console.log(fingerprint(resumed.model.parameters()));
