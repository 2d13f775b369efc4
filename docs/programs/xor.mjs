import { Adam, BCEWithLogitsLoss, Linear, load, Sequential, Tanh, Trainer } from 'lanewise';

const [x, y] = [[[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]];
const model = new Sequential([new Linear(2, 8), new Tanh(), new Linear(8, 1)]).to(await load(), { seed: 1 });
const optimizer = new Adam(model.parameters(), { lr: 0.05 });
const trainer = new Trainer({ model, loss: new BCEWithLogitsLoss(), optimizer, x, y });
await trainer.run(500);
console.log(model.predict(x)); // logits: above 0 is 1
