import { describe, expect, test } from 'vitest';
import { deepSettings, Run } from '../../src/makemore/index.js';
import { needs, readList, readRecorded } from '../oracle/recorded.js';

interface Recorded {
  losses: Record<string, number>;
  final_eval: Record<'train' | 'val' | 'test', number>;
}

const { title, present } = needs(
  '200,000 steps of the six-layer network, as torch',
  'notebook-deep-200k.json',
  'lecture',
);
describe.skipIf(!present)(title, () => {
  test('comes to the same losses over whole splits', async () => {
    const recorded = readRecorded<Recorded>('notebook-deep-200k.json');
    const run = await Run.prepare(await readList('lecture'), deepSettings);
    await run.train();
    await run.evaluate();
    const ours = new Map(run.losses);
    const away = Object.entries(recorded.losses).map(([step, loss]) =>
      Math.abs((ours.get(Number(step)) as number) - loss),
    );
    const running = run.final?.running as Record<'train' | 'val' | 'test', number>;
    console.log(
      'largest difference of the losses',
      Math.max(...away),
      'at the end',
      running,
      recorded.final_eval,
    );
    for (const split of ['train', 'val', 'test'] as const)
      expect(Math.abs(running[split] - recorded.final_eval[split]), split).toBeLessThan(1e-3);
    run.dispose();
  });
});
