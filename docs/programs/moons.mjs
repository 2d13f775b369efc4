// Two moons, and the network's decision surface in characters.
import {
  AdamW, accuracy, CrossEntropyLoss, Generator, Linear, load, ReLU, Sequential, Trainer, Validation,
} from 'lanewise';

const generator = new Generator(3);
const [angles, noise] = [generator.rand(400), generator.randn(800)];
const x = [...angles].map((a, i) => {
  const [c, s] = [Math.cos(Math.PI * a), Math.sin(Math.PI * a)];
  const [u, v] = i % 2 === 0 ? [c, s] : [1 - c, 0.5 - s];
  return [u + 0.1 * noise[2 * i], v + 0.1 * noise[2 * i + 1]];
});
const y = x.map((_, i) => i % 2);

const layers = [new Linear(2, 16), new ReLU(), new Linear(16, 16), new ReLU(), new Linear(16, 2)];
const model = new Sequential(layers).to(await load(), { seed: 1 });
const optimizer = new AdamW(model.parameters(), { lr: 0.01 });
const trainer = new Trainer({
  model,
  loss: new CrossEntropyLoss(),
  optimizer,
  x: x.slice(100),
  y: y.slice(100),
});
const held = { x: x.slice(0, 100), y: y.slice(0, 100) };
const validation = new Validation(held, { metrics: { accuracy } });
await trainer.run(1000, { validation });
console.log('accuracy on 100 held-out points:', validation.best.metrics.accuracy);

for (let v = 1.25; v >= -0.75; v -= 0.125) {
  const row = Array.from({ length: 64 }, (_, i) => [-1.25 + (3.5 * i) / 63, v]);
  const logits = model.predict(row);
  console.log(row.map((_, i) => (logits[2 * i] > logits[2 * i + 1] ? '·' : '#')).join(''));
}
