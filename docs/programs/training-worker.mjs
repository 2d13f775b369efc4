// What runs in the worker: any model, made there of the data that came.
import { Adam, BCEWithLogitsLoss, Linear, load, Sequential, Tanh, Trainer } from 'lanewise';
import { serveTraining } from 'lanewise/worker';

serveTraining(async ({ x, y }) => {
  const model = new Sequential([new Linear(2, 8), new Tanh(), new Linear(8, 1)]).to(await load(), { seed: 1 });
  const optimizer = new Adam(model.parameters(), { lr: 0.05 });
  return { trainer: new Trainer({ model, loss: new BCEWithLogitsLoss(), optimizer, x, y }), steps: 500 };
});
