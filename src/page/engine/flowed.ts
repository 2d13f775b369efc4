import { DivergenceError, type Indices, type Layer, type Sequential, type Tensor } from 'lanewise';
import { loadNetwork, Run, readRun } from 'lanewise/makemore';
import type { Values } from './density.js';
import { NetworkCopy } from './network-copy.js';
import type { Basis } from './network-protocol.js';

export const layersOf = (model: Sequential<Indices>): readonly Layer[] =>
  model.layers as unknown as readonly Layer[];

/** Where a minibatch has flowed through a network, forward and back, and the step was made. */
export abstract class Flowed {
  abstract readonly basis: Basis;
  /** Steps made at the moment that is looked at. */
  abstract readonly step: number;
  abstract readonly diverged: boolean;
  /** The network of that moment: in `run`, and elsewhere where that has gone on. */
  abstract readonly moment: Sequential<Indices>;

  constructor(readonly run: Run) {}

  /** The same, with the running statistics, for contexts that come from outside. */
  abstract evaluated(): Sequential<Indices>;

  /** Contexts, a row an example, and what follows each. */
  get batch(): Batch {
    const { x, y } = this.run.trainer.batch as { x: Indices; y: Indices };
    return { tokens: x.data, targets: y.data, rows: x.rows };
  }

  /** What came out of a layer. */
  outputs(position: number): Values {
    return layersOf(this.run.model)[position].out as Tensor;
  }

  /** dL/d out; undefined where the step did not come to its backward. */
  gradient(position: number): Values | undefined {
    if (this.diverged) return undefined;
    const next = layersOf(this.run.model)[position + 1];
    return next === undefined ? this.run.trainer.loss.gradient : next.dx;
  }
}

interface Batch {
  tokens: Int32Array;
  targets: Int32Array;
  rows: number;
}

/** The step that a run makes after a moment, made by another run that goes on from its checkpoint. */
export class StepAhead extends Flowed {
  readonly basis = 'next';
  readonly diverged: boolean;

  private constructor(
    run: Run,
    readonly step: number,
    readonly moment: Sequential<Indices>,
  ) {
    super(run);
    try {
      run.trainer.step();
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
    }
    this.diverged = run.trainer.divergence !== undefined;
  }

  static async of({ names, core }: Run, step: number, checkpoint: Uint8Array): Promise<StepAhead> {
    const saved = readRun(checkpoint, `step ${step}`);
    const run = await Run.resume(names, saved, { backend: core.backend, steps: step + 1 });
    try {
      return new StepAhead(run, step, loadNetwork(run.core, saved));
    } catch (error) {
      run.dispose();
      throw error;
    }
  }

  evaluated(): Sequential<Indices> {
    this.moment.eval('running');
    return this.moment;
  }

  dispose(): void {
    this.run.dispose();
  }
}

/** The last step of a run that goes on: its layers and gradients are as that step left them. */
export class LastStep extends Flowed {
  readonly basis = 'last';
  readonly diverged = false;
  #copy: NetworkCopy | undefined;
  #kept: { step: number; batch: Batch; outputs: Values[]; gradients: (Values | undefined)[] } | undefined;

  get step(): number {
    return this.run.trainer.steps;
  }

  get moment(): Sequential<Indices> {
    return this.run.model;
  }

  /** Keeps what the step left in the layers, which are about to be used for something else. */
  keep(): void {
    const positions = layersOf(this.run.model).map((_, position) => position);
    const { tokens, targets, rows } = super.batch;
    this.#kept = {
      step: this.step,
      batch: { tokens: tokens.slice(), targets: targets.slice(), rows },
      outputs: positions.map((position) => kept(super.outputs(position))),
      gradients: positions.map((position) => {
        const gradient = super.gradient(position);
        return gradient && kept(gradient);
      }),
    };
  }

  /** What was kept, until another step is made. */
  get kept() {
    return this.#kept?.step === this.step ? this.#kept : undefined;
  }

  override get batch(): Batch {
    return this.kept?.batch ?? super.batch;
  }

  override outputs(position: number): Values {
    return this.kept?.outputs[position] ?? super.outputs(position);
  }

  override gradient(position: number): Values | undefined {
    return this.kept === undefined ? super.gradient(position) : this.kept.gradients[position];
  }

  evaluated(): Sequential<Indices> {
    this.#copy ??= new NetworkCopy(this.run);
    this.#copy.refresh();
    this.#copy.model.eval('running');
    return this.#copy.model;
  }
}

const kept = ({ data, rows, columns, stride }: Values): Values => ({
  data: data.slice(),
  rows,
  columns,
  stride,
});
