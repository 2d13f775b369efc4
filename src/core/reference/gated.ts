import type { GatedKernels } from '../kernels/gated.js';
import { exp } from './exp-log.js';
import type { Views } from './views.js';

/** 2 √(2/π) and that times 0.044715. */
const SLOPE = 1.5957691216057308;
const CUBE = 0.07135481627260025;

const sigmoid = (a: number): number => (-a > 708 ? 0 : 1 / (1 + exp(Math.min(-a, 708))));

/** What x goes through, and what the slope multiplies 1 − σ with. */
interface Gate {
  of(x: number): number;
  inner(x: number): number;
}

const SILU: Gate = { of: sigmoid, inner: (x) => x };

const GELU: Gate = {
  of: (x) => sigmoid(SLOPE * x + CUBE * x * (x * x)),
  inner: (x) => x * (SLOPE + 3 * CUBE * (x * x)),
};

export const gated = (views: Views): GatedKernels => {
  const forward = (gate: Gate) => (y: number, x: number, count: number) => {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      f32[(y >> 2) + i] = value * gate.of(value);
    }
  };
  const backward = (gate: Gate) => (dx: number, dy: number, x: number, count: number) => {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      const s = gate.of(value);
      f32[(dx >> 2) + i] = f32[(dy >> 2) + i] * (s * (1 + gate.inner(value) * (1 - s)));
    }
  };
  return {
    siluForward: forward(SILU),
    siluBackward: backward(SILU),
    geluTanhForward: forward(GELU),
    geluTanhBackward: backward(GELU),
  };
};
