import { Generator, type Indices, type Sequential } from 'lanewise';
import { createNetwork, type Run } from 'lanewise/makemore';

/** A run's network a second time in the same memory, so that the run's own layers keep what the last step left in them. */
export class NetworkCopy {
  readonly model: Sequential<Indices>;
  readonly #of: Sequential<Indices>;

  constructor({ core, dataset, settings, model }: Run) {
    this.#of = model;
    // What it draws here is overwritten before it is used.
    this.model = createNetwork(core, new Generator(0), { ...settings, batch: 1 }, dataset.vocabulary.size);
  }

  /** Takes over the parameters and buffers as they are now. */
  refresh(): void {
    const from = [...this.#of.parameters(), ...this.#of.buffers()];
    [...this.model.parameters(), ...this.model.buffers()].forEach(({ value }, i) => {
      value.data.set(from[i].value.data);
    });
  }
}
