import { load } from 'lanewise';
import { loadStateDict } from 'lanewise/checkpoint';
import { fingerprint } from 'lanewise/diagnostics';
import { sequentialOf, train as trainApart } from 'lanewise/worker';

/** The XOR of program.mjs in a thread of its own, to the same bits. */
export async function train(options) {
  const layers = [['Linear', 2, 8], ['Tanh'], ['Linear', 8, 1]];
  const [x, y] = [
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    [0, 1, 1, 0],
  ];
  const { lastLoss, parameters } = await trainApart({
    ...{ layers, seed: 1, x, y, steps: 400 },
    loss: ['BCEWithLogitsLoss'],
    optimizer: ['Adam', { lr: 0.05 }],
  });
  const core = await load(options);
  const model = sequentialOf(layers).to(core);
  loadStateDict(model, parameters);
  const result = {
    ...{ backend: core.backend, reason: core.reason, loss: lastLoss },
    fingerprint: fingerprint(model.parameters()),
  };
  core.dispose();
  return result;
}
