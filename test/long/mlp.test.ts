import { describe, expect, test } from 'vitest';
import { type Initialisation, lectureSettings, Run } from '../../src/makemore/index.js';
import {
  distance,
  floats,
  type LossLog,
  needs,
  type RecordedRun,
  readList,
  readRecorded,
} from '../oracle/recorded.js';

for (const [file, list] of [
  ['notebook-mlp-200k.json', 'lecture'],
  ['builtin-mlp-200k.json', 'built-in'],
] as const) {
  const { title, present } = needs(`200,000 steps on the ${list} names, as torch`, file, list);
  describe.skipIf(!present)(title, () => {
    test('losses on the way, at the end, and the running statistics', async () => {
      const recorded = readRecorded<RecordedRun>(file);
      using run = await Run.prepare(await readList(list), { ...lectureSettings, seed: recorded.seed });
      await run.train();
      await run.evaluate();
      const ours = new Map(run.losses);
      const far = { first: 0, later: 0, printed: 0, compared: 0 };
      for (const [key, loss] of Object.entries(recorded.losses)) {
        const step = Number(key);
        const away = Math.abs((ours.get(step) as number) - loss);
        const range = step <= 1000 ? 'first' : 'later';
        far[range] = Math.max(far[range], away);
        if (step % 10_000 === 0) far.printed = Math.max(far.printed, away);
        far.compared++;
      }
      console.log(
        `${list}: largest differences of the losses`,
        far,
        `${Math.round(200_000 / run.seconds)} steps/s`,
      );
      expect(far.compared).toBe(Object.keys(recorded.losses).length);
      expect(run.printed.length).toBe(20);
      expect(far.first).toBeLessThan(5e-6);
      expect(far.later).toBeLessThan(5e-5);
      for (const split of ['train', 'val', 'test'] as const) {
        expect(Math.abs((run.final?.running[split] as number) - recorded.final_running[split])).toBeLessThan(
          1e-5,
        );
        expect(
          Math.abs((run.final?.calibrated[split] as number) - recorded.final_calibrated[split]),
        ).toBeLessThan(1e-5);
      }
      const [mean, std] = run.model.buffers();
      // torch's float32 is 5.2e-5 and 4.4e-5 away from float64 here.
      expect(distance(mean.value.toArray(), floats(recorded.final_bnmean_running))).toBeLessThan(5e-4);
      expect(distance(std.value.toArray(), floats(recorded.final_bnstd_running))).toBeLessThan(5e-4);
    });
  });
}

const lossLog = needs('the loss log at its end, as torch', 'loss-log.json', 'lecture');
describe.skipIf(!lossLog.present)(lossLog.title, () => {
  test.each(['original', 'softmax', 'tanh', 'kaiming', 'bn'] satisfies Initialisation[])(
    '%s',
    async (init) => {
      const log = readRecorded<LossLog>('loss-log.json');
      const torch = log.torch_1_13[init];
      const lecture = log.printed_in_the_lecture[init];
      using run = await Run.prepare(await readList('lecture'), { ...lectureSettings, init });
      await run.train();
      await run.evaluate();
      const rows = run.final as NonNullable<Run['final']>;
      const [train, val] = torch.calibrated ?? (torch.final as number[]);
      const { calibrated } = rows;
      console.log(
        `${init.padEnd(9)} lanewise ${calibrated.train.toFixed(4)} ${calibrated.val.toFixed(4)}` +
          `   torch ${train.toFixed(4)} ${val.toFixed(4)}   lecture ${lecture.train} ${lecture.val}`,
      );
      const tolerance = init === 'original' ? 5e-3 : 1e-3;
      expect(Math.abs(calibrated.train - train)).toBeLessThan(tolerance);
      expect(Math.abs(calibrated.val - val)).toBeLessThan(tolerance);
    },
  );
});
