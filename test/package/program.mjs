import { Adam, BCEWithLogitsLoss, Linear, load, Sequential, Tanh, Trainer } from 'lanewise';
import { fingerprint } from 'lanewise/diagnostics';

/** XOR: in each environment the same losses, and the same bits of every weight. */
export async function train(options) {
  const core = await load(options);
  const [x, y] = [
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    [0, 1, 1, 0],
  ];
  const model = new Sequential([new Linear(2, 8), new Tanh(), new Linear(8, 1)]).to(core, { seed: 1 });
  const optimizer = new Adam(model.parameters(), { lr: 0.05 });
  const trainer = new Trainer({ model, loss: new BCEWithLogitsLoss(), optimizer, x, y });
  await trainer.run(400);
  const result = {
    ...{ backend: core.backend, reason: core.reason, loss: trainer.lastLoss },
    fingerprint: fingerprint(model.parameters()),
  };
  core.dispose();
  return result;
}
