import type { Run } from 'lanewise/makemore';
import { LastStep, StepAhead } from './network-pass.js';
import type { NetworkRequest, NetworkView } from './network-protocol.js';
import { NetworkViewer } from './network-view.js';

/** What flows through the network of a run: in its last step, or in the step after a kept moment. */
export class PassViewer {
  readonly #viewer = new NetworkViewer();
  readonly #run: Run;
  readonly #checkpointAt: (step: number) => Uint8Array;
  readonly #lastStep: LastStep;
  #ahead: Promise<StepAhead> | undefined;
  #aheadOf: number | undefined;

  /** @param checkpointAt of the moment after so many steps */
  constructor(run: Run, checkpointAt: (step: number) => Uint8Array) {
    this.#run = run;
    this.#checkpointAt = checkpointAt;
    this.#lastStep = new LastStep(run);
  }

  /** @param intact whether the layers hold what the last step left there */
  async view(id: number, request: NetworkRequest, threshold: number, intact: boolean): Promise<NetworkView> {
    const { steps } = this.#run.trainer;
    const { step = steps } = request;
    const here = step === steps && (intact || this.#lastStep.kept !== undefined);
    const pass = here && request.ahead !== true ? this.#lastStep : await this.#stepAfter(step);
    return this.#viewer.view(id, pass, request, threshold);
  }

  /** Keeps what the last step left in the layers, which are about to be used for something else. */
  keep(): void {
    this.#lastStep.keep();
  }

  /** Kept until another one is asked for. */
  #stepAfter(step: number): Promise<StepAhead> {
    if (this.#aheadOf === step && this.#ahead !== undefined) return this.#ahead;
    this.dropAhead();
    this.#aheadOf = step;
    const ahead = StepAhead.of(this.#run, step, this.#checkpointAt(step));
    this.#ahead = ahead;
    ahead.catch(() => {
      if (this.#ahead === ahead) this.#ahead = undefined;
    });
    return ahead;
  }

  /** Lets go of the step after a kept moment. */
  dropAhead(): void {
    void this.#ahead?.then(
      (ahead) => ahead.dispose(),
      () => {},
    );
    this.#ahead = undefined;
  }
}
