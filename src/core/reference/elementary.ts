import { exp, log } from './exp-log.js';
import type { Views } from './views.js';

/** eˣ and ln x by themselves: what the other kernels compute with. */
export interface ElementaryKernels {
  /** y = eˣ; y may be x. */
  expForward(y: number, x: number, count: number): void;

  /** y = ln x; y may be x. */
  logForward(y: number, x: number, count: number): void;
}

export const elementary = (views: Views): ElementaryKernels => ({
  expForward(y, x, count) {
    const { f32 } = views;
    // e^89 is above every float, and still a double.
    for (let i = 0; i < count; i++) f32[(y >> 2) + i] = exp(Math.min(f32[(x >> 2) + i], 89));
  },

  logForward(y, x, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) f32[(y >> 2) + i] = log(f32[(x >> 2) + i]);
  },
});
