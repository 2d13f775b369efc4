import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { nodeHost } from '../../src/cli/notebook-host.js';
import { Session } from '../../src/notebook/session.js';
import { cellsOf } from './cells.js';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
setFlagsFromString('--no-expose-gc');

test('what a cell computed is let go when it runs anew: fifty trainings leave the cores of one', async () => {
  const cores: WeakRef<object>[] = [];
  const host = nodeHost({ names: undefined, long: false });
  const session = new Session(
    cellsOf(
      `import { CrossEntropyLoss, Generator, load, SGD, Trainer } from 'lanewise';
import { createMlp } from 'lanewise/makemore';
const examples = { x: Int32Array.from({ length: 96 }, (_, i) => i % 27), y: new Int32Array(32), count: 32 };`,
      `const model = createMlp(await load(), new Generator(1), { vocabularySize: 27 });
const optimizer = new SGD(model.parameters(), { lr: 0.1 });
const trainer = new Trainer({ model, loss: new CrossEntropyLoss(), optimizer, examples, seed: 1, batchSize: 32 });
await trainer.run(3);
await progress(3, 3);`,
      'display(model.parameters().length)',
    ),
    {
      ...host,
      async load(name) {
        const module = await host.load(name);
        if (!('load' in module)) return module;
        const load = module.load as (...options: unknown[]) => Promise<object>;
        return {
          ...module,
          load: async (...options: unknown[]) => {
            const core = await load(...options);
            cores.push(new WeakRef(core));
            return core;
          },
        };
      },
    },
  );
  for (let run = 0; run < 50; run++) {
    await session.run([2, 3]);
    expect(session.stateOf(2).error).toBeUndefined();
    expect(session.stateOf(3).status).toBe('done');
  }
  expect(cores).toHaveLength(50);
  const alive = () => cores.filter((core) => core.deref() !== undefined).length;
  for (let round = 0; round < 20 && alive() > 1; round++) {
    // A reference that was looked at holds until the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  expect(alive()).toBe(1);
  session.dispose();
});
