import { Generator, load } from 'lanewise';
import { loadNetwork, type Run, type RunSettings, readRun, Sampler } from 'lanewise/makemore';
import type { Drawn } from '../protocol.js';
import { NetworkCopy } from './network-copy.js';
import { Origins } from './origins.js';

const SAMPLES = 12;

export type Names = Pick<Drawn, 'samples' | 'origins'>;

/** Draws the names of a run while it trains, and says where each is from. */
export class Drawer {
  readonly #run: Run;
  readonly #copy: NetworkCopy;
  readonly #sampler: Sampler;
  readonly #generator = new Generator();

  constructor(run: Run) {
    const { core, dataset, settings } = run;
    this.#run = run;
    const { vocabulary } = dataset;
    const contextLength = settings.context;
    this.#copy = new NetworkCopy(run);
    const { model } = this.#copy;
    this.#sampler = new Sampler({ core, model, vocabulary, contextLength, generator: this.#generator });
  }

  /** From the network as it is; without a seed as `Run.sample` draws. */
  draw(seed: number | bigint = samplingSeed(this.#run.settings)): Names {
    this.#copy.refresh();
    this.#generator.manualSeed(seed);
    return this.#named(namesOf(this.#sampler));
  }

  /** From the network of a checkpoint of this run. */
  async drawFrom(checkpoint: Uint8Array, seed: number): Promise<Names> {
    const saved = readRun(checkpoint);
    const core = await load({ backend: this.#run.core.backend });
    try {
      const model = loadNetwork(core, saved);
      const { vocabulary, settings } = saved;
      const generator = new Generator(seed);
      const contextLength = settings.context;
      return this.#named(namesOf(new Sampler({ core, model, vocabulary, contextLength, generator })));
    } finally {
      core.dispose();
    }
  }

  #named(samples: string[]): Names {
    const origins = Origins.for(this.#run.names);
    return { samples, origins: samples.map((sample) => origins.of(sample)) };
  }
}

function namesOf(sampler: Sampler): string[] {
  try {
    return sampler.names(SAMPLES);
  } catch (error) {
    // Logits that are no numbers have no names.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** The run's seed + 10. */
const samplingSeed = ({ seed }: RunSettings): bigint => BigInt.asUintN(64, BigInt(seed) + 10n);
