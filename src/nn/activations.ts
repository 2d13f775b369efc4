import { expectOptions } from '../core/expect.js';
import { type GatedKernels, gatedKernels } from '../core/kernels/gated.js';
import { type GeluKernels, geluKernels } from '../core/kernels/gelu.js';
import { type ReluKernels, reluKernels } from '../core/kernels/relu.js';
import { type SmoothKernels, smoothKernels } from '../core/kernels/smooth.js';
import { type SoftplusKernels, softplusKernels } from '../core/kernels/softplus.js';
import { type TanhKernels, tanhKernels } from '../core/kernels/tanh.js';
import { came } from '../core/kind.js';
import { Activation, type Elementwise, type NoOptions, ScalarActivation } from './activation.js';

// One entry for each function, so that tests of all of them come from one table; a program carries what it imports.

const TANH: Elementwise<TanhKernels> = {
  name: 'Tanh',
  family: tanhKernels,
  forward: (kernels) => kernels.tanhForward,
  backward: (kernels) => kernels.tanhBackward,
  by: 'y',
};

/** y = tanh x, within 1 ulp of the exact value; dx = dy · (1 − y²). Errors: as `Activation`. Source: torch.nn.Tanh. */
export class Tanh extends Activation {
  constructor(options: NoOptions = {}) {
    super(TANH, options);
  }
}

const RELU: Elementwise<ReluKernels> = {
  name: 'ReLU',
  family: reluKernels,
  forward: (kernels) => kernels.reluForward,
  backward: (kernels) => kernels.reluBackward,
  by: 'y',
};

/** y = max(x, 0); dx = dy where y > 0, else 0. Errors: as `Activation`. Source: torch.nn.ReLU. */
export class ReLU extends Activation {
  constructor(options: NoOptions = {}) {
    super(RELU, options);
  }
}

const LEAKY_RELU: Elementwise<ReluKernels> = {
  name: 'LeakyReLU',
  family: reluKernels,
  forward: (kernels) => kernels.leakyReluForward,
  backward: (kernels) => kernels.leakyReluBackward,
  by: 'x',
  scalars: { negativeSlope: 0.01 },
};

/** Of `LeakyReLU`. */
export interface LeakyReLUOptions {
  /** The slope below 0; default 0.01. */
  negativeSlope?: number;
}

/**
 * y = x where x > 0, else negativeSlope · x; dx = dy times the same slope. Errors: as `Activation`.
 * Source: torch.nn.LeakyReLU.
 */
export class LeakyReLU extends ScalarActivation {
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super(LEAKY_RELU, options);
    [this.negativeSlope] = this.scalars;
  }
}

const SIGMOID: Elementwise<SmoothKernels> = {
  name: 'Sigmoid',
  family: smoothKernels,
  forward: (kernels) => kernels.sigmoidForward,
  backward: (kernels) => kernels.sigmoidBackward,
  by: 'y',
};

/** y = 1 / (1 + e⁻ˣ), within 1 ulp of the exact value; dx = dy · (1 − y) · y. Errors: as `Activation`. Source: torch.nn.Sigmoid. */
export class Sigmoid extends Activation {
  constructor(options: NoOptions = {}) {
    super(SIGMOID, options);
  }
}

const ELU_OF: Elementwise<SmoothKernels> = {
  name: 'ELU',
  family: smoothKernels,
  forward: (kernels) => kernels.eluForward,
  backward: (kernels) => kernels.eluBackward,
  by: 'x',
  scalars: { alpha: 1 },
};

/** Of `ELU`. */
export interface ELUOptions {
  /** The value far below 0 is −alpha; default 1. */
  alpha?: number;
}

/**
 * y = x where x > 0, else alpha · (eˣ − 1), within 1 ulp of the exact value, near 0 too; dx = dy where x > 0, else
 * dy · alpha · eˣ. Errors: as `Activation`. Source: torch.nn.ELU.
 */
export class ELU extends ScalarActivation {
  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super(ELU_OF, options);
    [this.alpha] = this.scalars;
  }
}

const SILU: Elementwise<GatedKernels> = {
  name: 'SiLU',
  family: gatedKernels,
  forward: (kernels) => kernels.siluForward,
  backward: (kernels) => kernels.siluBackward,
  by: 'x',
};

/** y = x σ(x), σ(x) = 1 / (1 + e⁻ˣ); dx = dy σ(x) (1 + x (1 − σ(x))). Also called swish. Errors: as `Activation`. Source: torch.nn.SiLU. */
export class SiLU extends Activation {
  constructor(options: NoOptions = {}) {
    super(SILU, options);
  }
}

const GELU_OF: Elementwise<GeluKernels> = {
  name: 'GELU',
  family: geluKernels,
  forward: (kernels) => kernels.geluForward,
  backward: (kernels) => kernels.geluBackward,
  by: 'x',
};

const GELU_TANH: Elementwise<GatedKernels> = {
  name: 'GELU',
  family: gatedKernels,
  forward: (kernels) => kernels.geluTanhForward,
  backward: (kernels) => kernels.geluTanhBackward,
  by: 'x',
};

/** Of `GELU`. */
export interface GELUOptions {
  /** `tanh`: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, within 5e-4 of it; default `none`. */
  approximate?: 'none' | 'tanh';
}

/**
 * y = x Φ(x), Φ the distribution function of the normal distribution; dx = dy (Φ(x) + x φ(x)).
 *
 * Errors: as of any activation; TypeError for another `approximate`. Source: Hendrycks and Gimpel 2016; torch.nn.GELU.
 */
export class GELU extends Activation {
  readonly approximate: 'none' | 'tanh';

  constructor(options: GELUOptions = {}) {
    expectOptions('GELU', options, ['approximate']);
    const { approximate = 'none' } = options;
    if (approximate !== 'none' && approximate !== 'tanh')
      throw new TypeError(`GELU: expected approximate 'none' or 'tanh', got ${came(approximate)}`);
    super(approximate === 'tanh' ? GELU_TANH : GELU_OF, {});
    this.approximate = approximate;
  }

  override toString(): string {
    return `GELU(approximate=${this.approximate})`;
  }
}

const SOFTPLUS: Elementwise<SoftplusKernels> = {
  name: 'Softplus',
  family: softplusKernels,
  forward: (kernels) => kernels.softplusForward,
  backward: (kernels) => kernels.softplusBackward,
  by: 'x',
  scalars: { beta: 1, threshold: 20 },
};

/** Of `Softplus`. */
export interface SoftplusOptions {
  /** How sharp the bend is; default 1. */
  beta?: number;
  /** Where beta · x is above it, y = x; default 20. */
  threshold?: number;
}

/** y = ln(1 + e^(beta x)) / beta, a smooth ReLU; dx = dy / (1 + e^(−beta x)). Errors: as `Activation`. Source: torch.nn.Softplus. */
export class Softplus extends ScalarActivation {
  readonly beta: number;
  readonly threshold: number;

  constructor(options: SoftplusOptions = {}) {
    super(SOFTPLUS, options);
    [this.beta, this.threshold] = this.scalars;
    if (this.beta === 0) throw new RangeError('Softplus: expected beta to be other than 0');
  }
}

/** Every function of each element, as tests and documentation go through them. */
export const elementwise = () => ({
  TANH,
  RELU,
  LEAKY_RELU,
  SIGMOID,
  ELU: ELU_OF,
  SILU,
  GELU: GELU_OF,
  GELU_TANH,
  SOFTPLUS,
});
