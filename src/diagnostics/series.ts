/** What a watcher records over time. The values lie column by column in typed arrays that double when they are full. */
export class Series {
  /** Names of the parameters, and their shapes. */
  readonly parameters: readonly { name: string; shape: readonly number[] }[];
  /** The activation layers: `layer 4 Tanh`. */
  readonly activations: readonly string[];
  /** Classes of the last layer: a network that knows nothing has loss ln(classes). 0 where there are none, or not yet known. */
  classes: number;
  /** Above which an output counts as saturated. */
  readonly threshold: number;
  /** Number of records. */
  length = 0;
  #capacity = 64;
  #steps = new Float64Array(64);
  #losses = new Float64Array(64);
  #columns: Float32Array[];

  constructor(
    parameters: Series['parameters'],
    activations: readonly string[],
    classes: number,
    threshold: number,
  ) {
    this.parameters = parameters;
    this.activations = activations;
    this.classes = classes;
    this.threshold = threshold;
    const columns = parameters.length + 2 * activations.length;
    this.#columns = Array.from({ length: columns }, () => new Float32Array(64));
  }

  /** Number of the step of each record, from 0. The arrays are views; take them anew after the next record. */
  get steps(): Float64Array {
    return this.#steps.subarray(0, this.length);
  }

  /** Loss of the step's minibatch. */
  get losses(): Float64Array {
    return this.#losses.subarray(0, this.length);
  }

  /** log10 of std(update) / std(data) of a parameter, data after the update; −∞ where nothing was updated. */
  updateToData(parameter: number): Float32Array {
    return this.#column(parameter, this.parameters.length, 0);
  }

  /** std of an activation layer's output. */
  std(activation: number): Float32Array {
    return this.#column(activation, this.activations.length, this.parameters.length);
  }

  /** Saturated share of an activation layer's output, from 0 to 1. */
  saturated(activation: number): Float32Array {
    const { parameters, activations } = this;
    return this.#column(activation, activations.length, parameters.length + activations.length);
  }

  /** Begins a record, whose columns `put` fills. */
  begin(step: number, loss: number): void {
    if (this.length === this.#capacity) this.#grow();
    this.#steps[this.length] = step;
    this.#losses[this.length] = loss;
    this.length++;
  }

  /** Columns: update:data of each parameter, std of each activation, saturated share of each. */
  put(column: number, value: number): void {
    this.#columns[column][this.length - 1] = value;
  }

  #column(i: number, count: number, first: number): Float32Array {
    if (!(Number.isInteger(i) && i >= 0 && i < count))
      throw new RangeError(`Series: expected an index from 0 to ${count - 1}, got ${i}`);
    return this.#columns[first + i].subarray(0, this.length);
  }

  #grow(): void {
    this.#capacity *= 2;
    const larger = <T extends Float32Array | Float64Array>(column: T, target: T): T => {
      target.set(column);
      return target;
    };
    this.#steps = larger(this.#steps, new Float64Array(this.#capacity));
    this.#losses = larger(this.#losses, new Float64Array(this.#capacity));
    this.#columns = this.#columns.map((column) => larger(column, new Float32Array(this.#capacity)));
  }
}
