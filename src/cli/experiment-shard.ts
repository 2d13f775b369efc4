import { UsageError } from './errors.js';

/** One of the parts that the runs are dealt out into, counted from 1. */
export interface Shard {
  number: number;
  count: number;
}

/** Every so many-th run, so that each shard has of the long ones and of the short ones. */
export const runsOf = <T>(all: readonly T[], { number, count }: Shard): T[] =>
  all.filter((_, index) => index % count === number - 1);

const refuse = (message: string) => new UsageError(`--shard: expected ${message}`);

/** A parser of `i/n`. */
export function shard(text: string): Shard {
  const [, number, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!(number >= 1 && number <= count && Number.isSafeInteger(count)))
    throw refuse(`i/n with i from 1 to n, as 2/7, got '${text}'`);
  return { number, count };
}

/**
 * The shard of a task of a SLURM array (whatever number the array begins with) or of a pod of an indexed job of
 * Kubernetes. `count`: of how many, where the environment does not say it; a task’s number is then the shard’s.
 *
 * Errors: UsageError where the environment does not say it, or not in numbers that fit each other.
 */
export function shardFrom(env: NodeJS.ProcessEnv, count?: number): Shard {
  const has = (name: string) => (env[name] ?? '') !== '';
  const [task, pod] = [has('SLURM_ARRAY_TASK_ID'), has('JOB_COMPLETION_INDEX')];
  if (task && pod)
    throw refuse('SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment, got both; i/n says which');
  if (task) return ofArray(env, has, count);
  if (pod) return ofJob(env, has, count);
  throw refuse('i/n, or SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment, got neither');
}

function ofArray(env: NodeJS.ProcessEnv, has: (name: string) => boolean, given?: number): Shard {
  const id = integer(env, 'SLURM_ARRAY_TASK_ID');
  if (given !== undefined) {
    if (id < 1 || id > given)
      throw refuse(
        `SLURM_ARRAY_TASK_ID from 1 to ${given}, as --shard-count says, got ${id}; --array=1-${given} counts so`,
      );
    return { number: id, count: given };
  }
  for (const name of ['SLURM_ARRAY_TASK_COUNT', 'SLURM_ARRAY_TASK_MIN'])
    if (!has(name)) throw refuse(`${name} beside SLURM_ARRAY_TASK_ID, or --shard-count, got none`);
  const count = integer(env, 'SLURM_ARRAY_TASK_COUNT');
  const min = integer(env, 'SLURM_ARRAY_TASK_MIN');
  const step = has('SLURM_ARRAY_TASK_STEP') ? integer(env, 'SLURM_ARRAY_TASK_STEP') : 1;
  const max = has('SLURM_ARRAY_TASK_MAX') ? integer(env, 'SLURM_ARRAY_TASK_MAX') : min + (count - 1) * step;
  const number = (id - min) / step + 1;
  // A task of a list, as 3,5,6, cannot tell how many there are before it; what cannot be told of one is refused in all.
  if ((max - min) / step + 1 !== count || !Number.isInteger(number) || number < 1 || number > count)
    throw refuse(
      `an array without gaps, as --array=1-7, got ${count} tasks from ${min} to ${max}, of them ${id}; ` +
        '--shard-count says how many there were when all were submitted',
    );
  return { number, count };
}

function ofJob(env: NodeJS.ProcessEnv, has: (name: string) => boolean, given?: number): Shard {
  const index = integer(env, 'JOB_COMPLETION_INDEX');
  if (given === undefined && !has('JOB_COMPLETIONS'))
    throw refuse('--shard-count, or JOB_COMPLETIONS beside JOB_COMPLETION_INDEX, got neither');
  const count = given ?? integer(env, 'JOB_COMPLETIONS');
  if (index >= count)
    throw refuse(
      `JOB_COMPLETION_INDEX from 0 to ${count - 1}, as there are ${count} completions, got ${index}`,
    );
  return { number: index + 1, count };
}

function integer(env: NodeJS.ProcessEnv, name: string): number {
  const text = env[name] ?? '';
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw refuse(`${name} to be an integer from 0, got '${text}'`);
  return value;
}
