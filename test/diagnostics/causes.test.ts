import { describe, expect, test } from 'vitest';
import { causeFirst } from '../../src/diagnostics/causes.js';
import { type Finding, findings, Recorder } from '../../src/diagnostics/index.js';
import { builtInNames, deepSettings, Run, type RunSettings } from '../../src/makemore/index.js';

const finding = (severity: Finding['severity'], rule: Finding['rule']): Finding => ({
  severity,
  rule,
  place: 'here',
  text: '',
  threshold: 0,
});
const rules = (found: Finding[]) => found.map(({ rule }) => rule);

describe('root cause first', () => {
  const saturated = finding('problem', 'saturated');
  const rate = finding('warning', 'rate-high');

  test('a rate that is too high comes before what it has done', () => {
    const found = [saturated, finding('note', 'dead'), finding('warning', 'vanishing'), rate];
    expect(rules(causeFirst(found, new Set()))).toEqual(['rate-high', 'saturated', 'vanishing', 'dead']);
  });

  test('initial weights come before the rate that they are too much for', () => {
    expect(rules(causeFirst([rate, saturated], new Set(['saturated'] as const)))).toEqual([
      'saturated',
      'rate-high',
    ]);
    const exploding = finding('warning', 'exploding');
    const high = finding('problem', 'rate-high');
    expect(rules(causeFirst([high, exploding, saturated], new Set(['exploding'] as const)))).toEqual([
      'exploding',
      'rate-high',
      'saturated',
    ]);
  });

  test('without the first step, a rate that is a mere warning explains nothing worse', () => {
    expect(rules(causeFirst([saturated, rate]))).toEqual(['saturated', 'rate-high']);
    expect(rules(causeFirst([saturated, finding('problem', 'rate-high')]))).toEqual([
      'rate-high',
      'saturated',
    ]);
  });

  test('what is not finite comes before everything, a first loss before what is no graver', () => {
    const found = [rate, saturated, finding('warning', 'confident'), finding('problem', 'not-finite')];
    expect(rules(causeFirst(found, new Set()))[0]).toBe('not-finite');
    expect(rules(causeFirst([finding('warning', 'dead'), finding('warning', 'confident')]))).toEqual([
      'confident',
      'dead',
    ]);
  });
});

describe('of a run', () => {
  async function found(changes: Partial<RunSettings>, steps: number) {
    const settings = { ...deepSettings, batchNorm: false, hidden: 50, ...changes } as RunSettings;
    using run = await Run.prepare(await builtInNames(), settings);
    const recorder = new Recorder(run.trainer);
    await run.train({ until: steps, onStep: recorder.onStep });
    return findings(recorder.snapshot(), { first: recorder.first, firstLoss: recorder.firstLoss });
  }

  test('learning rate 10: the rate leads', async () => {
    for (const steps of [2, 5, 20])
      expect(rules(await found({ lr: 10 }, steps))[0], `${steps}`).toBe('rate-high');
  });

  test('gain 3 at rate 0.1: the gain leads', async () => {
    for (const steps of [1, 20]) {
      const [first] = await found({ gain: 3, lr: 0.1 }, steps);
      expect(first).toMatchObject({ rule: 'saturated', text: expect.stringContaining('Lower the gain') });
    }
    const [relu] = await found({ gain: 3, lr: 0.1, activation: 'relu' }, 2);
    expect(relu).toMatchObject({ rule: 'exploding', text: expect.stringContaining('Lower the gain') });
  });
});
