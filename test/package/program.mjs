import { fingerprint, Generator, Linear, load, Sequential, SGD, Tanh, Trainer } from 'lanewise';

/** XOR as two classes: in each environment the same losses, and the same bits of every weight. */
export async function train(options) {
  const core = await load(options);
  const model = new Sequential([new Linear(2, 8), new Tanh(), new Linear(8, 2)]);
  model.reserve(core, 4, 2);
  model.initialise(new Generator(1));
  const trainer = new Trainer({
    core,
    model,
    optimizer: new SGD(model.parameters(), { lr: 0.5 }),
    examples: { x: new Float32Array([0, 0, 0, 1, 1, 0, 1, 1]), y: new Int32Array([0, 1, 1, 0]), count: 4 },
    batchSize: 4,
    generator: new Generator(2),
  });
  await trainer.run(400);
  const result = { backend: core.backend, reason: core.reason, loss: trainer.lastLoss };
  result.fingerprint = fingerprint(model.parameters());
  core.dispose();
  return result;
}
