/** The loss of a step was NaN or infinite. The parameters are those after the step before it. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  constructor(
    readonly step: number,
    readonly loss: number,
    /** Loss of the step before; undefined at step 0. */
    readonly lastLoss: number | undefined,
    /** What it is likely to come from, in words. */
    readonly likely: string,
  ) {
    super(
      `the loss became ${loss} at step ${step}` +
        (lastLoss === undefined
          ? ''
          : ` (last finite loss: ${lastLoss.toPrecision(5)} at step ${step - 1})`) +
        `; likely cause: ${likely}`,
    );
  }
}
