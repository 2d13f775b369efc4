import { describe, expect, test } from 'vitest';
import { type Printed, printedOn } from '../../src/makemore/index.js';
import { type LossLog, needs, type RecordedRun, readList, readRecorded } from './recorded.js';

interface Deep {
  initial: Record<string, unknown>;
  losses: Record<string, number>;
  update_to_data_log10: Record<string, number[]>;
  final_eval: { test: number };
}

for (const [name, list] of [
  ['notebook', 'lecture'],
  ['builtin', 'built-in'],
] as const) {
  const { title, present } = needs(`what is recorded of the ${list} names`, `${name}-mlp-200k.json`, list);
  describe.skipIf(!present)(title, () => {
    test('is what torch computed', async () => {
      const printed = printedOn(await readList(list)) as Printed;
      const { mlp, deep } = printed;
      const first = readRecorded<RecordedRun>(`${name}-mlp-200k.json`);
      expect(mlp.test).toBe(first.final_running.test);
      expect(mlp.calibrated).toEqual(first.final_calibrated);
      const six = readRecorded<Deep>(`${name}-deep-1001.json`);
      expect(deep.lastLoss).toBe(six.losses[1000]);
      expect(deep.test).toBe(six.final_eval.test);
      const matrices = Object.keys(six.initial).map((each) => each === 'C' || each.endsWith('weight'));
      expect(deep.updateToData).toEqual(six.update_to_data_log10[1000].filter((_, i) => matrices[i]));
      expect(printed.lossLog !== undefined).toBe(list === 'lecture');
    });
  });
}

const { title, present } = needs('the recorded loss log', 'loss-log.json', 'lecture');
describe.skipIf(!present)(title, () => {
  test('has the lecture’s losses, and torch’s first ones', async () => {
    const { printed_in_the_lecture: log, torch_1_13: torch } = readRecorded<LossLog>('loss-log.json');
    const expected = Object.entries(log).map(([row, losses]) => [
      row,
      { first: torch[row].losses[0], ...losses },
    ]);
    expect(printedOn(await readList('lecture'))?.lossLog).toEqual(Object.fromEntries(expected));
  });
});
