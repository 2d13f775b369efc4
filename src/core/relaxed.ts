/**
 * The relaxed arithmetic.
 *
 * @module lanewise/relaxed
 */

import binary from '../../build/relaxed/linear.wasm?text';
import type { Relaxed } from './load.js';
import { linear } from './reference/linear.js';

/** Matrix products by fused multiply-add: `load({ arithmetic: relaxed })` takes them where the engine has relaxed SIMD. */
export const relaxed: Relaxed = { name: 'linear', binary, reference: linear };
