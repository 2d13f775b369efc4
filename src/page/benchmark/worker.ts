import { expose } from 'comlink';
import { type Core, type LoadOptions, load } from 'lanewise';
import { builtInNames, makeDataset } from 'lanewise/makemore';
import { relaxed } from 'lanewise/relaxed';
// biome-ignore lint/style/noRestrictedImports: not of the library, but compiled beside it for this measurement
import ceilingAddress from '../../../build/ceiling.wasm?url&no-inline';
import type { Case, Prepared } from './cases.js';
import { ceilingEntries, ceilingOf } from './ceiling.js';
import { kernelCases } from './kernel-cases.js';
import {
  type Contender,
  contenders,
  type Measurement,
  type Progress,
  type Row,
  type Stopwatch,
} from './protocol.js';
import { stepCases } from './step-cases.js';
import { type Entry, measure, resolutionOf, timingFor } from './timing.js';

const options: Record<Contender, LoadOptions> = {
  js: { backend: 'js' },
  wasm: { backend: 'wasm' },
  relaxed: { backend: 'wasm', arithmetic: relaxed },
};

class Contest implements Stopwatch {
  async measure(onProgress: (progress: Progress) => void): Promise<Measurement> {
    onProgress({ done: 0, total: 0, what: 'preparing the networks and their float64 references' });
    let percent = -1;
    const onTurn = async (done: number, total: number) => {
      if (Math.floor((100 * done) / total) === percent) return;
      percent = Math.floor((100 * done) / total);
      onProgress({ done, total, what: 'measuring, each in its turn' });
      // A worker that never returns to its event loop is ended seconds after it was told to.
      await new Promise((resolve) => setTimeout(resolve));
    };
    const absent = await missing();
    const present = contenders.filter((contender) => absent[contender] === undefined);
    const cases = [...kernelCases, ...stepCases(makeDataset(await builtInNames()))];
    const cores: Core[] = [];
    try {
      const loops = absent.wasm === undefined ? await ceiling() : [];
      const entries: { one: Case; contender: Contender; prepared: Prepared }[] = [];
      for (const one of cases)
        for (const contender of present) {
          const core = await load(options[contender]);
          cores.push(core);
          entries.push({ one, contender, prepared: one.prepare(core) });
        }
      const resolution = resolutionOf();
      const timed = await measure(
        [...loops, ...entries.map(({ prepared }) => prepared)],
        timingFor(resolution),
        onTurn,
      );
      const rows = cases.map(({ name, size, flops }): Row => ({ name, size, flops, timings: {} }));
      entries.forEach(({ one, contender, prepared }, i) => {
        const { median, samples } = timed[loops.length + i];
        rows[cases.indexOf(one)].timings[contender] = { seconds: median, samples, error: prepared.error() };
      });
      return {
        rows,
        ceiling: loops.length > 0 ? ceilingOf(timed) : undefined,
        absent,
        clock: resolution / 1e3,
      };
    } finally {
      for (const core of cores) core.dispose();
    }
  }
}

/** Why contenders cannot run here. */
async function missing(): Promise<Measurement['absent']> {
  try {
    const core = await load(options.relaxed);
    core.dispose();
    return core.arithmetic === 'relaxed' ? {} : { relaxed: core.reason };
  } catch (error) {
    const { cause } = error as Error;
    const reason = (cause instanceof Error ? cause.message : String(error)).replace(/\.$/, '');
    return { wasm: reason, relaxed: reason };
  }
}

/** The ceiling is worth having, and nothing fails for want of it. */
async function ceiling(): Promise<Entry[]> {
  try {
    const response = await fetch(ceilingAddress);
    if (!response.ok) return [];
    return await ceilingEntries(await response.arrayBuffer());
  } catch {
    return [];
  }
}

expose(new Contest());
