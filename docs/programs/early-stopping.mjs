// Ends where the held-out data get no better, with the parameters that were best for them.
import { Adam, Generator, Linear, load, MSELoss, Sequential, Tanh, Trainer, Validation } from 'lanewise';

const generator = new Generator(5);
const noise = generator.randn(120);
const points = [...generator.rand(120)].map((t, i) => [4 * t - 2, Math.cos(3 * t) + 0.2 * noise[i]]);
const part = (own) => ({ x: own.map(([t]) => [t]), y: own.map(([, value]) => [value]) });

const layers = [new Linear(1, 64), new Tanh(), new Linear(64, 64), new Tanh(), new Linear(64, 1)];
const model = new Sequential(layers).to(await load(), { seed: 2 });
const optimizer = new Adam(model.parameters(), { lr: 0.003 });
const trainer = new Trainer({ model, loss: new MSELoss(), optimizer, ...part(points.slice(0, 40)) });
const validation = new Validation(part(points.slice(40)), { every: 20, patience: 20 });
const steps = await trainer.run(20_000, { validation });
const { best } = validation;
console.log(`ended after ${steps} steps; best at ${best.step}: ${best.loss.toFixed(4)}`);
