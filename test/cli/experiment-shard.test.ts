import { describe, expect, it } from 'vitest';
import { plannedRuns } from '../../src/cli/experiment-plan.js';
import { fileOf } from '../../src/cli/experiment-records.js';
import { runsOf, shardFrom } from '../../src/cli/experiment-shard.js';
import { experimentSets } from '../../src/makemore/index.js';

const all = plannedRuns(experimentSets);

describe('the shards', () => {
  it.each([1, 2, 3, 7, 21, 30])('%i of them have each run once, as many as the others to one', (count) => {
    const shards = Array.from({ length: count }, (_, i) => runsOf(all, { number: i + 1, count }));
    expect(shards.flat()).toHaveLength(all.length);
    expect(new Set(shards.flat())).toEqual(new Set(all));
    const sizes = shards.map((runs) => runs.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('have of the long runs and of the short ones', () => {
    for (let number = 1; number <= 5; number++) {
      const sets = runsOf(all, { number, count: 5 }).map(({ set }) => set);
      expect(sets.filter((set) => set === 'init')).toHaveLength(1);
    }
  });
});

it('each run has a file of its own, where letters are not told apart too', () => {
  const files = all.map((run) => fileOf(run).toLowerCase());
  expect(new Set(files).size).toBe(all.length);
  for (const file of files) expect(file).toMatch(/^[a-z-]+\.[\w.-]+\.run\.json$/);
});

/** The variables of one task, as SLURM sets them. */
const task = (id: number, count: number, min: number, max: number, step = 1) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_COUNT: String(count),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_STEP: String(step),
});
const without = (env: Record<string, string>, ...names: string[]) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(`_${name.split('_').at(-1)}`)));

describe('the shard of the environment', () => {
  it.each([
    ['--array=1-7, first', task(1, 7, 1, 7), undefined, '1/7'],
    ['--array=1-7, last', task(7, 7, 1, 7), undefined, '7/7'],
    ['--array=0-6, first', task(0, 7, 0, 6), undefined, '1/7'],
    ['--array=0-6, last', task(6, 7, 0, 6), undefined, '7/7'],
    ['--array=10-30:10, last', task(30, 3, 10, 30, 10), undefined, '3/3'],
    ['--array=4', task(4, 1, 4, 4), undefined, '1/1'],
    ['an array of a SLURM without a step', without(task(2, 3, 1, 3), '_STEP', '_MAX'), undefined, '2/3'],
    ['--array=3,5 of seven', task(5, 2, 3, 5), 7, '5/7'],
    ['a completion, first', { JOB_COMPLETION_INDEX: '0' }, 3, '1/3'],
    ['a completion, last', { JOB_COMPLETION_INDEX: '2', JOB_COMPLETIONS: '3' }, undefined, '3/3'],
    [
      'a completion beside an empty variable',
      { JOB_COMPLETION_INDEX: '0', SLURM_ARRAY_TASK_ID: '' },
      1,
      '1/1',
    ],
  ])('%s', (_, env, count, expected) => {
    const { number, count: of } = shardFrom(env, count);
    expect(`${number}/${of}`).toBe(expected);
  });

  const nothing = 'i/n, or SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment, got neither';
  const gaps = (text: string) =>
    `an array without gaps, as --array=1-7, got ${text}; --shard-count says how many there were when all were submitted`;
  it.each<[env: Record<string, string>, count: number | undefined, message: string]>([
    [{}, undefined, nothing],
    [{ SLURM_ARRAY_TASK_ID: '' }, undefined, nothing],
    [{}, 7, nothing],
    [
      { ...task(1, 7, 1, 7), JOB_COMPLETION_INDEX: '0' },
      undefined,
      'SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment, got both; i/n says which',
    ],
    // Each task of a list is refused, not those only that cannot be.
    [task(3, 3, 3, 6), undefined, gaps('3 tasks from 3 to 6, of them 3')],
    [task(5, 3, 3, 6), undefined, gaps('3 tasks from 3 to 6, of them 5')],
    [
      { SLURM_ARRAY_TASK_ID: '3' },
      undefined,
      'SLURM_ARRAY_TASK_COUNT beside SLURM_ARRAY_TASK_ID, or --shard-count, got none',
    ],
    [
      without(task(3, 7, 1, 7), '_MIN'),
      undefined,
      'SLURM_ARRAY_TASK_MIN beside SLURM_ARRAY_TASK_ID, or --shard-count, got none',
    ],
    [
      task(0, 7, 0, 6),
      7,
      'SLURM_ARRAY_TASK_ID from 1 to 7, as --shard-count says, got 0; --array=1-7 counts so',
    ],
    [
      task(8, 8, 1, 8),
      7,
      'SLURM_ARRAY_TASK_ID from 1 to 7, as --shard-count says, got 8; --array=1-7 counts so',
    ],
    [{ SLURM_ARRAY_TASK_ID: '1e1' }, 20, "SLURM_ARRAY_TASK_ID to be an integer from 0, got '1e1'"],
    [
      { JOB_COMPLETION_INDEX: '0' },
      undefined,
      '--shard-count, or JOB_COMPLETIONS beside JOB_COMPLETION_INDEX, got neither',
    ],
    [{ JOB_COMPLETION_INDEX: '3' }, 3, 'JOB_COMPLETION_INDEX from 0 to 2, as there are 3 completions, got 3'],
    [{ JOB_COMPLETION_INDEX: '-1' }, 3, "JOB_COMPLETION_INDEX to be an integer from 0, got '-1'"],
  ])('%j, --shard-count %s: refused', (env, count, message) => {
    expect(() => shardFrom(env, count)).toThrow(new Error(`--shard: expected ${message}`));
  });
});
