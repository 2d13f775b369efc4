// A curve from noisy samples of it.
import {
  Adam, Generator, Linear, load, MSELoss, rSquared, Sequential, Tanh, Trainer, Validation,
} from 'lanewise';

const generator = new Generator(1);
const noise = generator.randn(200);
const x = [...generator.rand(200)].map((t) => [6 * t - 3]);
const y = x.map(([t], i) => [Math.sin(2 * t) + 0.05 * noise[i]]);

const layers = [new Linear(1, 32), new Tanh(), new Linear(32, 32), new Tanh(), new Linear(32, 1)];
const model = new Sequential(layers).to(await load(), { seed: 1 });
const optimizer = new Adam(model.parameters(), { lr: 0.01 });
const trainer = new Trainer({ model, loss: new MSELoss(), optimizer, x, y, seed: 1 });
const validation = new Validation({ x, y }, {
  every: 500,
  metrics: { rSquared },
  onValidation: ({ step, loss, metrics }) => console.log(step, loss.toFixed(5), metrics.rSquared.toFixed(4)),
});
await trainer.run(2000, { validation });
console.log('sin 2 =', Math.sin(2).toFixed(3), 'learned:', model.predict([[1]])[0].toFixed(3));
