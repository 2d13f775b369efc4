import { BaseDisposable } from '../core/dispose.js';
import { expectNumber, expectOptions, expectTensor } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import type { Buffer, Parameter } from '../nn/layer.js';
import type { Optimizer } from './optimizer.js';
import type { Schedule } from './schedules.js';

/** The learning rate of each step, one for all, or an object that has it, as `ReduceLROnPlateau`. */
export type LearningRate = number | Schedule | { readonly lr: number };

/** Parameters with options of their own; what it does not say is as for all. */
export type ParameterGroup<Options> = { parameters: readonly Parameter[] } & Partial<Options>;

/** A group as it is kept: every option has a value. */
export interface Group<Options> {
  readonly parameters: readonly Parameter[];
  readonly options: Required<Options>;
  readonly rate: Schedule;
}

/** What the built-in optimizers share: groups of parameters, learning rates, and state beside each parameter. */
export abstract class BaseOptimizer<Options extends { lr?: LearningRate }>
  extends BaseDisposable
  implements Optimizer
{
  readonly parameters: readonly Parameter[];
  /** Steps made so far. */
  steps = 0;
  /** The groups of parameters, each with all its options; one where none were given. */
  readonly groups: readonly Group<Options>[];
  readonly #name: string;
  /** Of each parameter, a tensor of each kind of state, such as `exp_avg`. */
  readonly #state = new Map<Parameter, Map<string, Tensor>>();

  /** `defaults` has every option; `check` refuses wrong values of a group's. */
  constructor(
    name: string,
    parameters: readonly Parameter[] | readonly ParameterGroup<Options>[],
    options: Options,
    defaults: Required<Omit<Options, 'lr'>> & { lr?: LearningRate },
    check: (options: Required<Options>) => void,
  ) {
    super();
    this.#name = name;
    if (!Array.isArray(parameters) || parameters.length === 0)
      throw new TypeError(
        `${name}: expected an array of parameters, such as model.parameters(), got ${
          Array.isArray(parameters) ? 'an empty one' : came(parameters)
        }`,
      );
    const known = ['lr', ...Object.keys(defaults).filter((key) => key !== 'lr')];
    expectOptions(name, options, known);
    const grouped = parameters.some((each) => Array.isArray(each?.parameters));
    const given: ParameterGroup<Options>[] = grouped
      ? parameters
      : [{ parameters } as unknown as ParameterGroup<Options>];
    this.groups = given.map((group, i) => {
      const place = grouped ? `${name}: group ${i}` : name;
      const { parameters: own, ...rest } = group ?? {};
      if (!Array.isArray(own)) throw new TypeError(`${place}: expected parameters, got ${came(own)}`);
      expectOptions(place, rest, known);
      const all = { ...defaults, ...defined(options), ...defined(rest) } as Required<Options>;
      own.forEach((parameter, j) => {
        if (parameter?.value?.dtype !== 'float32' || parameter.grad?.dtype !== 'float32')
          throw new TypeError(`${place}: expected parameter ${j} to be a Parameter, got ${came(parameter)}`);
        expectGradientOf(place, j, parameter);
      });
      check(all);
      return { parameters: [...own], options: all, rate: rateOf(place, all.lr as LearningRate) };
    });
    this.parameters = this.groups.flatMap((group) => group.parameters);
    if (new Set(this.parameters).size < this.parameters.length)
      throw new TypeError(`${name}: expected each parameter once, got one of them twice`);
  }

  /** The learning rate of the next step; of more than one group, the first one's. */
  get lr(): number {
    return this.groups[0].rate(this.steps);
  }

  lrOf(step: number, parameter?: Parameter): number {
    const { groups } = this;
    const group = groups.find(({ parameters }) => parameters.includes(parameter as Parameter));
    return (group ?? groups[0]).rate(step);
  }

  /** A tensor of zeros beside the parameter, of its shape: what the optimizer keeps from step to step. */
  protected state(kind: string, parameter: Parameter): Tensor {
    const own = this.#state.get(parameter) ?? new Map<string, Tensor>();
    let tensor = own.get(kind);
    if (tensor === undefined) {
      const { value } = parameter;
      tensor = value.core.tensor(value.shape);
      value.attach(tensor);
      this.#state.set(parameter, own.set(kind, tensor));
    }
    return tensor;
  }

  /** The kinds of state that a group of such options has. */
  protected abstract kinds(options: Required<Options>): readonly string[];

  /** The state, by the place of its parameter, as `0.exp_avg`: with `steps`, what a resumed training needs. */
  buffers(): Buffer[] {
    let place = 0;
    return this.groups.flatMap(({ parameters, options }) =>
      parameters.flatMap((parameter) => {
        const i = place++;
        return this.kinds(options).map((kind) => ({
          name: `${i}.${kind}`,
          value: this.state(kind, parameter),
        }));
      }),
    );
  }

  override toString(): string {
    return this.#name;
  }

  step(): void {
    for (const group of this.groups) {
      const lr = group.rate(this.steps);
      if (typeof lr !== 'number' || !(lr >= 0 && lr <= MOST))
        throw new RangeError(
          `${this.#name}: expected a finite learning rate from 0 to ${MOST} at step ${this.steps}, got ${came(lr)}`,
        );
      this.update(group, lr);
    }
    this.steps++;
  }

  protected abstract update(group: Group<Options>, lr: number): void;

  /** Gives the memory of its state back, as disposing of the model does; another step begins it anew. Idempotent. */
  dispose(): void {
    for (const tensors of this.#state.values()) for (const tensor of tensors.values()) tensor.dispose();
    this.#state.clear();
  }
}

function rateOf(place: string, lr: LearningRate): Schedule {
  if (typeof lr === 'function') return lr;
  if (typeof lr === 'object' && lr !== null && 'lr' in lr) return () => lr.lr;
  expectNumber(place, 'lr', lr, 0, MOST);
  return () => lr;
}

/** Rates beyond this are no rates: as a float, a larger one may be infinite, and infinity times a gradient of 0 is NaN. */
const MOST = 1e30;

function expectGradientOf(place: string, i: number, { value, grad }: Parameter): void {
  expectTensor(place, `the gradient of parameter ${i}`, value.core, 'float32', grad);
  if (`${grad.shape}` !== `${value.shape}`)
    throw new RangeError(
      `${place}: expected the gradient of parameter ${i} in its shape, (${value.shape.join(', ')}), got (${grad.shape.join(', ')})`,
    );
}

const defined = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** value^power by multiplications, the same in every engine. */
export function integerPower(value: number, power: number): number {
  let result = 1;
  for (let [base, left] = [value, power]; left > 0; base *= base, left = Math.floor(left / 2))
    if (left % 2 === 1) result *= base;
  return result;
}
