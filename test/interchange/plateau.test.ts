import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  Generator,
  Linear,
  load,
  MSELoss,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
  Validation,
} from '../../src/index.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/interchange/index.js';
import { parts, refusal, signed } from './saved.js';

const core = await load();
const x = new Generator(1).randn(40 * 3);
const y = new Generator(2).randn(40);

function setUp(options: ReduceLROnPlateauOptions = { patience: 1, factor: 0.5, cooldown: 1 }) {
  const model = new Sequential<Tensor>([new Linear(3, 6), new Tanh(), new Linear(6, 1)]).to(core, {
    seed: 1,
  });
  const plateau = new ReduceLROnPlateau(0.9, options);
  const [weight, ...rest] = model.parameters();
  const groups = [{ parameters: [weight], lr: 0.01 }, { parameters: rest }];
  const optimizer = new SGD(groups, { lr: plateau, momentum: 0.5 });
  const trainer = new Trainer({ ...{ model, optimizer, x, y, batchSize: 8 }, loss: new MSELoss() });
  return { model, plateau, trainer, both: { model, trainer } };
}

type Run = ReturnType<typeof setUp>;

/** So many steps more; what they measured. */
async function go({ plateau, trainer, model }: Run, steps: number) {
  const losses: number[] = [];
  await trainer.run(trainer.steps + steps, {
    validation: new Validation({ x, y }, { every: 5, onValidation: ({ loss }) => plateau.step(loss) }),
    onStep: (_, loss) => losses.push(loss),
  });
  return { losses, lr: plateau.lr, state: plateau.state(), print: fingerprint(model.parameters()) };
}

describe('a learning rate that falls on a plateau', () => {
  test.each([5, 25, 40, 60])(
    'goes on from a checkpoint after %i steps as one that never stopped',
    async (stopped) => {
      const whole = setUp();
      await go(whole, stopped);
      const bytes = saveCheckpoint(whole.both);
      const want = await go(whole, 60);
      expect(want.lr).toBeLessThan(0.9);
      const resumed = setUp();
      loadCheckpoint(bytes, resumed.both);
      expect(await go(resumed, 60)).toEqual(want);
    },
  );

  test('has its state in the metadata, without a best before the first measurement', () => {
    const one = setUp();
    const text = () => JSON.parse(parts(saveCheckpoint(one.both)).metadata.plateaus);
    expect(text()).toEqual([{ group: 1, lr: 0.9, bad: 0, cooling: 0 }]);
    one.plateau.step(2);
    one.plateau.step(3);
    expect(text()).toEqual([{ group: 1, lr: 0.9, best: 2, bad: 1, cooling: 0 }]);
    expect(parts(saveCheckpoint({ model: one.model })).metadata).not.toHaveProperty('plateaus');
  });

  test('a file from before it was kept leaves it as it is', () => {
    const [one, two] = [setUp(), setUp()];
    one.plateau.step(1);
    two.plateau.step(7);
    const old = signed(saveCheckpoint(one.both), ({ metadata }) => {
      delete metadata.plateaus;
    });
    loadCheckpoint(old, two.both);
    expect(two.plateau.best).toBe(7);
  });

  test('is refused where the optimizer has none, or the list is another, and then nothing changes', () => {
    const one = setUp();
    const bytes = saveCheckpoint(one.both);
    const refused = (list: unknown) => {
      const two = setUp();
      const before = [fingerprint(two.model.parameters()), two.plateau.state()];
      const bad = signed(bytes, ({ metadata }) => {
        metadata.plateaus = typeof list === 'string' ? list : JSON.stringify(list);
      });
      const text = refusal(() => loadCheckpoint(bad, two.both));
      expect([fingerprint(two.model.parameters()), two.plateau.state()]).toEqual(before);
      return text;
    };
    const [entry] = JSON.parse(parts(bytes).metadata.plateaus);
    for (const bad of [
      '{',
      '7',
      [7],
      [null],
      ...['lr', 'bad', 'cooling', 'best', 'group'].map((key) => [
        { ...entry, [key]: key === 'best' ? 'x' : -0.5 },
      ]),
    ])
      expect(refused(bad)).toMatch(
        /^checkpoint: expected metadata 'plateaus' to be a JSON list of learning rates/,
      );
    expect(refused([{ ...entry, group: 0 }])).toBe(
      'checkpoint: expected the state of a ReduceLROnPlateau of parameter group 1, as the optimizer has it, got 0',
    );
    expect(refused([])).toContain('of parameter group 1, as the optimizer has it, got none');
  });

  test('takes a state back, and no other', () => {
    const plateau = new ReduceLROnPlateau(0.1);
    const state = { lr: 0.01, best: 3, bad: 4, cooling: 2 };
    plateau.restore(state);
    expect(plateau.state()).toEqual(state);
    for (const bad of [{ lr: -1 }, { best: Number.NaN }, { bad: 0.5 }, { cooling: -1 }])
      expect(() => plateau.restore({ ...state, ...bad })).toThrow(/^ReduceLROnPlateau\.restore: expected /);
    expect(plateau.state()).toEqual(state);
  });
});
