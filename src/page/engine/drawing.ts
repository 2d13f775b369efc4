import { Generator, load } from 'lanewise';
import {
  loadNetwork,
  type Run,
  type RunSettings,
  readRun,
  Sampler,
  type SamplerOptions,
} from 'lanewise/makemore';
import { NetworkCopy } from './network-copy.js';
import { Origins } from './origins.js';
import type { Drawn, NamePath } from './protocol.js';

const SAMPLES = 12;
/** Letters of a name whose probabilities are kept: an untrained network draws hundreds. */
const TRACED = 64;

export type Path = Omit<NamePath, 'step'>;

/** Names with the probabilities that drew them, which stay in the worker until one is asked for. */
export interface Names extends Pick<Drawn, 'samples' | 'origins'> {
  paths: readonly Path[];
}

/** Draws the names of a run while it trains, and says where each is from. */
export class Drawer {
  readonly #run: Run;
  readonly #copy: NetworkCopy;
  readonly #sampler: TracedSampler;
  readonly #generator = new Generator();

  constructor(run: Run) {
    const { core, dataset, settings } = run;
    this.#run = run;
    const { vocabulary } = dataset;
    const contextLength = settings.context;
    this.#copy = new NetworkCopy(run);
    const { model } = this.#copy;
    this.#sampler = new TracedSampler({ core, model, vocabulary, contextLength, generator: this.#generator });
  }

  /** From the network as it is; without a seed as `Run.sample` draws. */
  draw(seed: number | bigint = samplingSeed(this.#run.settings)): Names {
    this.#copy.refresh();
    this.#generator.manualSeed(seed);
    return this.#named(this.#sampler);
  }

  /** From the network of a checkpoint of this run; without a seed as `Run.sample` draws. */
  async drawFrom(
    checkpoint: Uint8Array,
    seed: number | bigint = samplingSeed(this.#run.settings),
  ): Promise<Names> {
    const saved = readRun(checkpoint);
    const core = await load({ backend: this.#run.core.backend });
    try {
      const model = loadNetwork(core, saved);
      const { vocabulary, settings } = saved;
      const generator = new Generator(seed);
      const contextLength = settings.context;
      return this.#named(new TracedSampler({ core, model, vocabulary, contextLength, generator }));
    } finally {
      core.dispose();
    }
  }

  #named(sampler: TracedSampler): Names {
    const origins = Origins.for(this.#run.names);
    const { samples, paths } = sampler.draw();
    return { samples, paths, origins: samples.map((sample) => origins.of(sample)) };
  }
}

/** Draws names and notes what each letter was drawn from. */
class TracedSampler {
  readonly #sampler: Sampler;
  readonly #size: number;
  #tokens: number[] = [];
  #probabilities: number[] = [];
  #paths: Path[] = [];

  constructor(options: SamplerOptions) {
    this.#size = options.vocabulary.size;
    this.#sampler = new Sampler({
      ...options,
      onToken: (token, probabilities) => {
        if (this.#tokens.length < TRACED) {
          this.#tokens.push(token);
          for (const probability of probabilities) this.#probabilities.push(probability);
        }
        if (token === 0) this.#end();
      },
    });
  }

  /** No names from logits that are no numbers. */
  draw(): { samples: string[]; paths: Path[] } {
    this.#paths = [];
    const samples: string[] = [];
    try {
      for (let i = 0; i < SAMPLES; i++) {
        samples.push(...this.#sampler.names(1));
        // One that was cut has no end.
        if (this.#paths.length < samples.length) this.#end();
      }
    } catch (error) {
      this.#end();
      if (error instanceof RangeError) return { samples: [], paths: [] };
      throw error;
    }
    return { samples, paths: this.#paths };
  }

  #end(): void {
    this.#paths.push({
      tokens: this.#tokens,
      size: this.#size,
      probabilities: Float32Array.from(this.#probabilities),
    });
    this.#tokens = [];
    this.#probabilities = [];
  }
}

/** The run's seed + 10. */
const samplingSeed = ({ seed }: RunSettings): bigint => BigInt.asUintN(64, BigInt(seed) + 10n);
