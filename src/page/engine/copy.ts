import { type Core, type Indices, load, type Sequential } from 'lanewise';
import { loadNetwork, type Run, readRun } from 'lanewise/makemore';

/** Work on a copy of a run's network, on a core of its own that goes afterwards: the run does not notice. */
export async function withCopy<T>(
  run: Run,
  work: (core: Core, model: Sequential<Indices>) => T | Promise<T>,
): Promise<T> {
  const core = await load({ backend: run.core.backend });
  try {
    return await work(core, loadNetwork(core, readRun(run.save(), 'the run')));
  } finally {
    core.dispose();
  }
}
